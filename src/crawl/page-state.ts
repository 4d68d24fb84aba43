import type { Attributes, Span } from '@opentelemetry/api';
import { ATTR_RETRY_COUNT } from '../semconv.ts';
import type { PageState } from './active.ts';

/** The state of an attempt that just started. */
export function newPageState(span: Span, inherited: Attributes, willRetry?: PageState['willRetry']): PageState {
  return {
    span,
    inherited,
    retry: Number(inherited[ATTR_RETRY_COUNT] ?? 0),
    willRetry,
    failures: new Map(),
    details: {},
    failure: undefined,
    retryScheduled: undefined,
    score: undefined,
    threshold: undefined,
    passed: undefined,
    category: undefined,
    ended: false,
  };
}
