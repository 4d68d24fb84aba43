import type { Carrier } from '../crawl/propagation.ts';
import type { CrawleeRequest } from './crawlee-types.ts';

/**
 * What travels with a request through its queue, retries and restarts. It lies beside Crawlee's own bookkeeping in `userData`,
 * which is persisted but neither enumerated nor copied, so that a user who passes `userData` on never passes this on.
 */
export interface RequestMemory {
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
export function memoryOf(request: CrawleeRequest): RequestMemory {
  const own = (request.userData[CRAWLEES] ??= {});
  return (own[KEY] ??= {});
}

/** Notes when, and on which page, a request was found; the carrier is stored many times, so it should hold the trace context alone. */
export function rememberDiscovery(request: CrawleeRequest, from: Carrier | undefined): void {
  const memory = memoryOf(request);
  memory.queued = Date.now();
  if (from && memory.attempts === undefined) memory.from ??= from;
}

/** Takes up the next attempt: its number, and how long it waited, in seconds. */
export function countAttempt(request: CrawleeRequest): { retry: number; queueWait: number | undefined } {
  const memory = memoryOf(request);
  const retry = memory.attempts ?? 0;
  memory.attempts = retry + 1;
  return { retry, queueWait: memory.queued === undefined ? undefined : Math.max(0, Date.now() - memory.queued) / 1000 };
}
