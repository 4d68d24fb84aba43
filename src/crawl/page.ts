import {
  INVALID_SPAN_CONTEXT,
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
  SPAN_PAGE,
  STAGE_PAGE,
} from '../semconv.ts';
import { activePageState, activeRun, tracer, type PageState, type RunState } from './active.ts';
import { cleanAttributes } from './attributes.ts';
import { recordFailure, recordReason, type FailureOptions } from './failure.ts';
import { guard } from './guard.ts';
import { recordPageEnd, recordQueueWait } from './metrics.ts';
import { observe } from './outcome.ts';
import { newPageState } from './page-state.ts';
import type { Page, PageEnding, PageOptions } from './page-options.ts';
import { carrierOf, spanContextOf } from './propagation.ts';
import { setResult, type PageResult } from './result.ts';
import { countSample } from './run.ts';
import { domainOf, redactUrl } from './url.ts';

const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
const DISCOVERED = { [ATTR_LINK_TYPE]: LINK_DISCOVERED_BY };
const SUCCESS: PageEnding = {};

/** Runs one attempt at a URL as a `crawl.page` span; sync or async like `fn`. */
export function page<T>(options: PageOptions, fn: (page: Page) => T): T {
  const state = startPage(options);
  const handle = handleOf(state);
  return observe(() => fn(handle), { ok: () => endPage(state), failed: (error) => endPage(state, { error }) }, state.context);
}

/** Adds a result to the active page. */
page.result = (values: PageResult): void => {
  const state = activePageState();
  if (state) guard(() => setResult(state, values), undefined);
};

/** Records a failure of the active page that throws nothing. */
page.fail = (reason: string, options?: FailureOptions): void => {
  const state = activePageState();
  if (state) failPage(state, reason, options);
};

/** Starts an attempt; the caller runs the work in its `context` and calls `endPage`. */
export function startPage(options: PageOptions): PageState {
  const active = context.active();
  const run = activeRun(active);
  const inherited = guard(() => inheritedOf(options, run), {});
  const parent = options.retry ? spanContextOf(options.parent) : undefined;
  const base = parent ? trace.setSpanContext(active, parent) : withoutSpan(active, run);
  const span = guard(() => startSpan(options, run, inherited, base), NO_SPAN);
  if (options.queueWait !== undefined) recordQueueWait(options.queueWait);
  return newPageState(span, inherited, base, options.willRetry);
}

/** Records a failure of a page that throws nothing. */
export function failPage(state: PageState, reason: string, options?: FailureOptions): void {
  recordReason(state.span, reason, STAGE_PAGE, state, options);
}

/** Ends an attempt, once. */
export function endPage(state: PageState, ending: PageEnding = SUCCESS): void {
  if (state.ended) return;
  state.ended = true;
  guard(() => {
    const { retryScheduled } = ending;
    if ('error' in ending) recordFailure(state.span, ending.error, { page: state, retryScheduled });
    const { failure, run, category } = state;
    const again = retryScheduled ?? state.retryScheduled;
    const outcome = failure === undefined ? 'ok' : again === true ? 'retried' : 'failed';
    if (run) countSample(run, state.passed);
    state.span.end();
    recordPageEnd({ seconds: (performance.now() - state.startedAt) / 1000, outcome, category, failure });
  }, undefined);
}

/** A page is the root of its trace; most of them start in the context of their run. */
function withoutSpan(ctx: Context, run: RunState | undefined): Context {
  return ctx === run?.context ? run.base : trace.deleteSpan(ctx);
}

function startSpan(options: PageOptions, run: RunState | undefined, inherited: Attributes, base: Context): Span {
  const { depth, queueWait, discoveredBy } = options;
  const attributes: Attributes = { ...run?.inherited, ...inherited, [ATTR_STAGE]: STAGE_PAGE };
  if (depth !== undefined) attributes[ATTR_PAGE_DEPTH] = depth;
  if (queueWait !== undefined) attributes[ATTR_QUEUE_WAIT] = queueWait;
  const { attributes: own } = options;
  if (own) guard(() => Object.assign(attributes, cleanAttributes(own)), undefined);
  const links: Link[] = [];
  const discoverer = spanContextOf(discoveredBy);
  if (discoverer) links.push({ context: discoverer, attributes: DISCOVERED });
  if (run) links.push(run.link);
  return tracer().startSpan(SPAN_PAGE, { kind: SpanKind.CONSUMER, attributes, links }, base);
}

function handleOf(state: PageState): Page {
  const { span } = state;
  return {
    span,
    // Made when asked for: most pages are neither retried nor queued again.
    get carrier() {
      return isSpanContextValid(span.spanContext()) ? carrierOf(span.spanContext(), state.inherited) : {};
    },
    result: (values) => guard(() => setResult(state, values), undefined),
    fail: (reason, options) => failPage(state, reason, options),
  };
}

/** Built key by key: a conditional spread costs several times as much, on every page. */
function inheritedOf(options: PageOptions, run: RunState | undefined): Attributes {
  const { url, retry = 0 } = options;
  const model = options.modelVersion ?? run?.inherited[ATTR_MODEL_VERSION];
  const id = options.runId ?? run?.id;
  const domain = domainOf(url);
  const inherited: Attributes = { [ATTR_URL_FULL]: redactUrl(url) };
  if (domain !== undefined) inherited[ATTR_URL_DOMAIN] = domain;
  inherited[ATTR_RETRY_COUNT] = retry;
  if (model !== undefined) inherited[ATTR_MODEL_VERSION] = model;
  if (id !== undefined) inherited[ATTR_RUN_ID] = id;
  return inherited;
}
