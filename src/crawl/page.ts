import {
  SpanKind,
  context,
  isSpanContextValid,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
} from '@opentelemetry/api';
import {
  ATTR_LINK_TYPE,
  ATTR_MODEL_VERSION,
  ATTR_PAGE_DEPTH,
  ATTR_QUEUE_WAIT,
  ATTR_RETRY_COUNT,
  ATTR_RUN_ID,
  ATTR_STAGE,
  ATTR_URL_DOMAIN,
  ATTR_URL_FULL,
  LINK_DISCOVERED_BY,
  LINK_RUN,
  SPAN_PAGE,
  STAGE_PAGE,
} from '../semconv.ts';
import { activePageState, activeRun, tracer, withPage, type PageState, type RunState } from './active.ts';
import { cleanAttributes } from './attributes.ts';
import { recordFailure, recordReason, type FailureOptions } from './failure.ts';
import { guard } from './guard.ts';
import { recordPageEnd, recordQueueWait } from './metrics.ts';
import { observe } from './outcome.ts';
import { newPageState } from './page-state.ts';
import type { ActivePage, Page, PageEnding, PageOptions } from './page-options.ts';
import { carrierOf, spanContextOf } from './propagation.ts';
import { setResult, type PageResult } from './result.ts';
import { countSample } from './run.ts';
import { domainOf, redactUrl } from './url.ts';

/** Runs one attempt at a URL as a `crawl.page` span; sync or async like `fn`. */
export function page<T>(options: PageOptions, fn: (page: Page) => T): T {
  const active = startPage(options);
  return observe(
    () => fn(active),
    { ok: () => active.end(), failed: (error) => active.end({ error }) },
    (step) => context.with(active.context, step),
  );
}

/** Adds a result to the active page. */
page.result = (values: PageResult): void => {
  const state = activePageState();
  if (state) guard(() => setResult(state, values), undefined);
};

/** Records a failure of the active page that throws nothing. */
page.fail = (reason: string, options?: FailureOptions): void => {
  const state = activePageState();
  if (state) recordReason(state.span, reason, STAGE_PAGE, state, options);
};

/** Starts an attempt; the caller runs the work in `context` and calls `end`. */
export function startPage(options: PageOptions): ActivePage {
  const active = context.active();
  const run = activeRun(active);
  const inherited = guard(() => inheritedOf(options, run), {});
  const parent = options.retry ? spanContextOf(options.parent) : undefined;
  const base = parent ? trace.setSpanContext(active, parent) : trace.deleteSpan(active);
  const startedAt = performance.now();
  const span = startSpan(options, run, inherited, base);
  const state = newPageState(span, inherited, options.willRetry);
  state.threshold = run?.threshold;
  if (options.queueWait !== undefined) recordQueueWait(options.queueWait);
  return handleOf(state, withPage(base, state), startedAt, run);
}

function startSpan(options: PageOptions, run: RunState | undefined, inherited: Attributes, base: Context): Span {
  return guard(
    () => {
      const attributes: Attributes = {
        ...run?.inherited,
        ...inherited,
        [ATTR_STAGE]: STAGE_PAGE,
        ...(options.depth === undefined ? {} : { [ATTR_PAGE_DEPTH]: options.depth }),
        ...(options.queueWait === undefined ? {} : { [ATTR_QUEUE_WAIT]: options.queueWait }),
        ...guard(() => cleanAttributes(options.attributes ?? {}), {}),
      };
      const links = linksOf(options, run);
      return tracer().startSpan(SPAN_PAGE, { kind: SpanKind.CONSUMER, attributes, links }, base);
    },
    trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 }),
  );
}

function handleOf(state: PageState, ctx: Context, startedAt: number, run: RunState | undefined): ActivePage {
  return Object.assign(pageOf(state), {
    context: ctx,
    end: (ending: PageEnding = {}) => guard(() => endPage(state, startedAt, run, ending), undefined),
  });
}

function pageOf(state: PageState): Page {
  const { span } = state;
  return {
    span,
    // Made when asked for: most pages are neither retried nor queued again.
    get carrier() {
      return isSpanContextValid(span.spanContext()) ? carrierOf(span.spanContext(), state.inherited) : {};
    },
    result: (values) => guard(() => setResult(state, values), undefined),
    fail: (reason, options) => void recordReason(span, reason, STAGE_PAGE, state, options),
  };
}

function endPage(
  state: PageState,
  startedAt: number,
  run: RunState | undefined,
  { retryScheduled, ...ending }: PageEnding,
): void {
  if (state.ended) return;
  state.ended = true;
  if ('error' in ending) recordFailure(state.span, ending.error, { page: state, retryScheduled });
  const { failure } = state;
  const again = retryScheduled ?? state.retryScheduled;
  const outcome = failure === undefined ? 'ok' : again === true ? 'retried' : 'failed';
  if (run) countSample(run, state.passed);
  state.span.end();
  recordPageEnd({ seconds: (performance.now() - startedAt) / 1000, outcome, category: state.category, failure });
}

function inheritedOf({ url, retry = 0, modelVersion, runId }: PageOptions, run: RunState | undefined): Attributes {
  const model = modelVersion ?? run?.inherited[ATTR_MODEL_VERSION];
  const id = runId ?? run?.id;
  const domain = domainOf(url);
  return {
    [ATTR_URL_FULL]: redactUrl(url),
    ...(domain === undefined ? {} : { [ATTR_URL_DOMAIN]: domain }),
    [ATTR_RETRY_COUNT]: retry,
    ...(model === undefined ? {} : { [ATTR_MODEL_VERSION]: model }),
    ...(id === undefined ? {} : { [ATTR_RUN_ID]: id }),
  };
}

function linksOf({ discoveredBy }: PageOptions, run: RunState | undefined): Link[] {
  const links: Link[] = [];
  const discoverer = spanContextOf(discoveredBy);
  if (discoverer) links.push({ context: discoverer, attributes: { [ATTR_LINK_TYPE]: LINK_DISCOVERED_BY } });
  if (run) links.push({ context: run.span.spanContext(), attributes: { [ATTR_LINK_TYPE]: LINK_RUN } });
  return links;
}
