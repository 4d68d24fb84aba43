import { dialectOf, type Dialect } from '../store/dialect.ts';
import type { Store } from '../store/store.ts';
import type { Analysis, Cell, Window } from './analysis.ts';

const LISTED = 10;

interface WorstRow {
  readonly url: string | null;
  readonly trace_id: string;
  readonly attempts: number;
  readonly total_ms: number;
  readonly ok: number;
  readonly error_type: string | null;
  /** When the first attempt started and the last one ended; microseconds. */
  readonly first_us: number;
  readonly last_us: number;
}

interface StageRow {
  readonly trace_id: string;
  readonly stage: string | null;
  readonly duration_ms: number | null;
}

/** The pages that took most time, all their attempts together, and the stage that took most of it. */
export const worstPages: Analysis = {
  id: 'worst_pages',
  title: 'Worst pages',
  async run({ store, window }) {
    const rows = await store.query<WorstRow>(worstQuery(dialectOf(store)), { from: window.fromUs, to: window.toUs });
    const longest = await findLongestStages(store, window, rows);
    const [worst] = rows;
    const table = {
      type: 'table',
      id: 'slowest_pages',
      title: 'Pages that took most time',
      columns: [
        { id: 'url', label: 'URL', type: 'url' },
        { id: 'duration_ms', label: 'Time', type: 'duration_ms' },
        { id: 'attempts', label: 'Attempts', type: 'count' },
        { id: 'outcome', label: 'Outcome', type: 'text' },
        { id: 'stage', label: 'Longest stage', type: 'text' },
        { id: 'stage_ms', label: 'took', type: 'duration_ms' },
        { id: 'trace_id', label: 'Trace', type: 'trace' },
      ],
      rows: rows.map((row): Cell[] => [
        row.url,
        row.total_ms,
        row.attempts,
        row.ok === 1 ? 'ok' : (row.error_type ?? 'failed'),
        longest.get(row.trace_id)?.stage ?? null,
        longest.get(row.trace_id)?.duration_ms ?? null,
        row.trace_id,
      ]),
    } as const;
    return {
      id: this.id,
      title: this.title,
      status: worst ? 'ok' : 'unknown',
      summary: worst
        ? `The ${rows.length} pages that took most time; the first took ${(worst.total_ms / 1000).toFixed(1)} s in ${worst.attempts} attempts.`
        : 'No page was crawled in this time.',
      details: worst ? [table] : [],
    };
  },
};

/** Texts are read of those alone that are worst: all that took as long as the last of them, since the text decides between equals. */
const worstQuery = ({ digest }: Dialect): string => `
  WITH totals AS (
    SELECT ${digest('trace_id')} AS trace, sum(duration_ms) AS total_ms FROM pages WHERE start_us >= $from AND start_us < $to GROUP BY 1),
  worst AS (
    SELECT trace FROM totals
    WHERE total_ms >= (SELECT min(total_ms) FROM (SELECT total_ms FROM totals ORDER BY total_ms DESC LIMIT ${LISTED}) AS longest))
  SELECT max(url) AS url, trace_id, count(*) AS attempts, sum(duration_ms) AS total_ms,
    max(CASE WHEN outcome = 'ok' THEN 1 ELSE 0 END) AS ok, max(error_type) AS error_type,
    min(start_us) AS first_us, max(start_us + duration_ms * 1000) AS last_us
  FROM pages WHERE start_us >= $from AND start_us < $to AND ${digest('trace_id')} IN (SELECT trace FROM worst)
  GROUP BY trace_id ORDER BY total_ms DESC, trace_id LIMIT ${LISTED}`;

/** The stage of each trace that took longest, looked for only in the time in which the pages were crawled. */
async function findLongestStages(store: Store, window: Window, pages: readonly WorstRow[]): Promise<Map<string, StageRow>> {
  if (pages.length === 0) return new Map();
  const { digest, isIdOf, unnest } = dialectOf(store);
  const rows = await store.query<StageRow>(
    `SELECT trace_id, stage, duration_ms FROM stages WHERE start_us >= $firstUs AND start_us <= $lastUs AND duration_ms IS NOT NULL AND ${digest('trace_id')} IN (
       SELECT ${digest('trace_id')} FROM pages WHERE start_us >= $from AND start_us < $to AND ${isIdOf('trace_id', `SELECT ${unnest('$traceIds')}`)})
     ORDER BY duration_ms, span_id DESC`,
    {
      from: window.fromUs,
      to: window.toUs,
      firstUs: Math.min(...pages.map((page) => page.first_us)),
      lastUs: Math.ceil(Math.max(...pages.map((page) => page.last_us))),
      traceIds: pages.map((page) => page.trace_id),
    },
  );
  return new Map(rows.map((row) => [row.trace_id, row]));
}
