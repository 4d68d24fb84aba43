import type { Attributes, Span } from '@opentelemetry/api';
import type { FailureOptions } from './failure.ts';
import type { Carrier } from './propagation.ts';
import type { PageResult } from './result.ts';

/** One attempt at a URL. */
export interface PageOptions {
  readonly url: string | URL;
  /** 0 for the first attempt. */
  readonly retry?: number | undefined;
  /** Link distance from a start URL. */
  readonly depth?: number | undefined;
  /** Seconds between enqueue and start. */
  readonly queueWait?: number | undefined;
  /** Context of attempt 0, for a retry. */
  readonly parent?: Carrier | undefined;
  /** Context of the page whose link led here. */
  readonly discoveredBy?: Carrier | undefined;
  readonly modelVersion?: string | undefined;
  readonly runId?: string | undefined;
  /** Whether a failed attempt will be tried again. */
  readonly willRetry?: boolean | ((error: unknown) => boolean) | undefined;
  readonly attributes?: Attributes | undefined;
}

/** A running attempt. */
export interface Page {
  readonly span: Span;
  /** Context to keep with the request, for retries and discovered links. */
  readonly carrier: Carrier;
  /** Adds score, category, tags and the rest. */
  readonly result: (values: PageResult) => void;
  /** Records a failure that throws nothing, such as a blocked page; the reason is its `error.type`. */
  readonly fail: (reason: string, options?: FailureOptions) => void;
}

/** How an attempt ended: failed when an error is given. */
export interface PageEnding {
  readonly error?: unknown;
  /** Whether the URL will be tried again. */
  readonly retryScheduled?: boolean | undefined;
}
