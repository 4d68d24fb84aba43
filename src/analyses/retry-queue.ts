import { SCOPE_NAME } from '../semconv.ts';
import { dialectOf } from '../store/dialect.ts';
import type { Store } from '../store/store.ts';

/** A text whose embedding failed and never succeeded later. */
export interface QueueItem {
  /** sha256 of the extracted text, what the queue is keyed by. */
  readonly contentHash: string;
  readonly url: string | null;
  /** Characters of the text. */
  readonly length: number | null;
  readonly traceId: string;
  /** The page span that the text belongs to. */
  readonly pageSpanId: string | null;
  readonly modelVersion: string | null;
  /** Failures in the crawl itself. */
  readonly failures: number;
  /** Failures of `retry-failed-embeddings`. */
  readonly attempts: number;
  readonly lastFailedUs: number;
  readonly lastError: string | null;
}

export interface RetryQueue {
  /** Oldest failure first. */
  readonly items: readonly QueueItem[];
  /** Failed embeddings without a content hash: nothing can tell whether they succeeded later. */
  readonly unidentified: number;
}

interface FailureRow {
  readonly content_hash: string | null;
  readonly url: string | null;
  readonly length: number | null;
  readonly trace_id: string;
  readonly page_span_id: string | null;
  readonly model_version: string | null;
  readonly service: string | null;
  readonly time_us: number;
  readonly message: string | null;
}

/** Derives the queue from telemetry alone, so that there is no second store to lose. */
export async function loadRetryQueue(store: Store): Promise<RetryQueue> {
  const { digest } = dialectOf(store);
  const failures = await store.query<FailureRow>(
    `SELECT COALESCE(f.content_hash, s.content_hash) AS content_hash, f.url AS url, f.length AS length, f.trace_id AS trace_id,
       s.parent_span_id AS page_span_id, s.model_version AS model_version, f.service AS service, f.time_us AS time_us, f.message AS message
     FROM failures f LEFT JOIN stages s ON ${digest('s.trace_id')} = ${digest('f.trace_id')} AND ${digest('s.span_id')} = ${digest('f.span_id')} AND s.stage = 'embed'
     WHERE f.stage = 'embed' ORDER BY f.time_us`,
  );
  const successes = await store.query<{ content_hash: string; last_us: number }>(
    `SELECT content_hash, MAX(start_us + duration_ms * 1000) AS last_us FROM stages
     WHERE stage = 'embed' AND status <> 2 AND content_hash IS NOT NULL GROUP BY content_hash`,
  );
  const succeeded = new Map(successes.map((row) => [row.content_hash, row.last_us]));
  const items = [...Map.groupBy(failures, (row) => row.content_hash)].flatMap(([contentHash, rows]) => {
    const last = rows.at(-1);
    if (contentHash === null || !last || (succeeded.get(contentHash) ?? -1) >= last.time_us) return [];
    return [toItem(contentHash, rows, last)];
  });
  return { items, unidentified: failures.filter((row) => row.content_hash === null).length };
}

function toItem(contentHash: string, rows: readonly FailureRow[], last: FailureRow): QueueItem {
  // The crawl's own record knows the page; a retry's record only repeats it.
  const crawled = rows.findLast((row) => row.service !== SCOPE_NAME) ?? last;
  const attempts = rows.filter((row) => row.service === SCOPE_NAME).length;
  return {
    contentHash,
    url: crawled.url,
    length: crawled.length,
    traceId: crawled.trace_id,
    pageSpanId: crawled.page_span_id,
    modelVersion: crawled.model_version,
    failures: rows.length - attempts,
    attempts,
    lastFailedUs: last.time_us,
    lastError: last.message,
  };
}
