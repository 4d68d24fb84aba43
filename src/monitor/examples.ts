import type { Window } from '../analyses/analysis.ts';
import type { Store } from '../store/store.ts';
import type { ExampleTrace } from './message.ts';

const COUNT = 3;

interface PageRow {
  trace_id: string;
  url: string | null;
  note: string | number | null;
}

/** The newest failed page of each of the commonest kinds of failure. */
export async function failedPages(store: Store, window: Window): Promise<readonly ExampleTrace[]> {
  return examples(
    store,
    window,
    `SELECT trace_id, url, error_type AS note FROM (
       SELECT trace_id, url, error_type, count(*) OVER (PARTITION BY error_type) AS alike,
         row_number() OVER (PARTITION BY error_type ORDER BY start_us DESC, trace_id) AS place
       FROM pages WHERE outcome = 'failed' AND start_us >= $from AND start_us < $to
     ) AS failed WHERE place = 1 ORDER BY alike DESC, error_type LIMIT ${COUNT}`,
    (note) => String(note ?? 'failed'),
  );
}

/** The pages that took longest. */
export async function slowestPages(store: Store, window: Window): Promise<readonly ExampleTrace[]> {
  return examples(store, window, pagesBy('duration_ms', 'duration_ms DESC'), (ms) => `${(Number(ms) / 1000).toFixed(1)} s`);
}

/** The pages with the most text. */
export async function largestPages(store: Store, window: Window): Promise<readonly ExampleTrace[]> {
  return examples(store, window, pagesBy('length', 'length DESC'), (length) => `${Number(length)} characters`);
}

/** The newest pages that missed the cache. */
export async function cacheMisses(store: Store, window: Window): Promise<readonly ExampleTrace[]> {
  return examples(
    store,
    window,
    `SELECT trace_id, url, stage AS note FROM stages
     WHERE cache_hit = false AND start_us >= $from AND start_us < $to ORDER BY start_us DESC, trace_id LIMIT ${COUNT}`,
    (stage) => `no cache hit in ${stage}`,
  );
}

/** The newest pages that did not pass the threshold. */
export async function rejectedPages(store: Store, window: Window): Promise<readonly ExampleTrace[]> {
  return examples(
    store,
    window,
    pagesBy('score', 'start_us DESC', 'AND threshold_passed = false'),
    (score) => `score ${Number(score).toFixed(3)}`,
  );
}

function pagesBy(column: string, order: string, also = ''): string {
  return `SELECT trace_id, url, ${column} AS note FROM pages
    WHERE ${column} IS NOT NULL AND start_us >= $from AND start_us < $to ${also} ORDER BY ${order}, trace_id LIMIT ${COUNT}`;
}

async function examples(
  store: Store,
  window: Window,
  sql: string,
  note: (value: PageRow['note']) => string,
): Promise<readonly ExampleTrace[]> {
  const rows = await store.query<PageRow>(sql, { from: window.fromUs, to: window.toUs });
  return rows.map((row) => ({ traceId: row.trace_id, url: row.url ?? '', note: note(row.note) }));
}
