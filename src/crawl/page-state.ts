import type { Attributes, Context, Span } from '@opentelemetry/api';
import { ATTR_RETRY_COUNT } from '../semconv.ts';
import { activeRun, type PageState } from './active.ts';
import { withCrawlValues } from './crawl-context.ts';

/** The state of an attempt that just started in a context, active in its own. */
export function newPageState(span: Span, inherited: Attributes, base: Context, willRetry?: PageState['willRetry']): PageState {
  const run = activeRun(base);
  const state = {
    span,
    context: base,
    startedAt: performance.now(),
    run,
    inherited,
    retry: Number(inherited[ATTR_RETRY_COUNT] ?? 0),
    willRetry,
    failures: new Map(),
    details: {},
    failure: undefined,
    retryScheduled: undefined,
    score: undefined,
    threshold: run?.threshold,
    passed: undefined,
    category: undefined,
    ended: false,
  };
  state.context = withCrawlValues(base, { span, page: state, stage: undefined });
  return state;
}
