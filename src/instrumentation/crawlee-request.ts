import { isSpanContextValid } from '@opentelemetry/api';
import type { PageState } from '../crawl/active.ts';
import { carrierOf, type Carrier } from '../crawl/propagation.ts';
import type { CrawleeRequest } from './crawlee-types.ts';

/**
 * What travels with a request through its queue, retries and restarts. It lies beside Crawlee's own bookkeeping in `userData`,
 * which is persisted but neither enumerated nor copied, so that a user who passes `userData` on never passes this on.
 */
interface RequestMemory {
  /** When the request was last put into the queue, in ms since the epoch. */
  queued?: number;
  /** The page that discovered the URL. */
  from?: Carrier;
  /** The first attempt, the parent of the later ones. */
  first?: Carrier;
  /** How many attempts were started. */
  attempts?: number;
}

const CRAWLEES = '__crawlee';
const KEY = 'crawlscope';

/** The memory of a request; a change to it is kept with the request. */
function memoryOf(request: CrawleeRequest): RequestMemory {
  const own = (request.userData[CRAWLEES] ??= {});
  return (own[KEY] ??= {});
}

/** Notes when, and on which page, a request was found; the carrier is stored many times, so it should hold the trace context alone. */
export function rememberDiscovery(request: CrawleeRequest, from: Carrier | undefined): void {
  const memory = memoryOf(request);
  memory.queued = Date.now();
  if (from && memory.attempts === undefined) memory.from ??= from;
}

/** Notes an attempt that failed, before Crawlee puts the request back and so persists it: the wait of the next one starts here. */
export function rememberAttempt(request: CrawleeRequest, { span }: PageState): void {
  const memory = memoryOf(request);
  memory.queued = Date.now();
  const own = span.spanContext();
  if (isSpanContextValid(own)) memory.first ??= carrierOf(own);
}

/** What is known of an attempt that starts. */
interface NextAttempt {
  /** 0 for the first. */
  readonly retry: number;
  /** Seconds since it was put into the queue. */
  readonly queueWait: number | undefined;
  readonly first: Carrier | undefined;
  readonly from: Carrier | undefined;
}

/** Takes up the next attempt. */
export function countAttempt(request: CrawleeRequest): NextAttempt {
  const memory = memoryOf(request);
  const { attempts: retry = 0, queued, first, from } = memory;
  memory.attempts = retry + 1;
  const queueWait = queued === undefined ? undefined : Math.max(0, Date.now() - queued) / 1000;
  return { retry, queueWait, first, from };
}
