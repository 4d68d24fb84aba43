import type { Analysis, Cell } from './analysis.ts';

const LISTED = 10;

interface WorstRow {
  readonly url: string | null;
  readonly trace_id: string;
  readonly attempts: number;
  readonly duration_ms: number;
  readonly ok: number;
  readonly error_type: string | null;
  readonly stage: string | null;
  readonly stage_ms: number | null;
}

/** The pages that took most time, all their attempts together, and the stage that took most of it. */
export const worstPages: Analysis = {
  id: 'worst_pages',
  title: 'Worst pages',
  async run({ store, window }) {
    const rows = await store.query<WorstRow>(WORST, { from: window.fromUs, to: window.toUs });
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
        row.duration_ms,
        row.attempts,
        row.ok === 1 ? 'ok' : (row.error_type ?? 'failed'),
        row.stage,
        row.stage_ms,
        row.trace_id,
      ]),
    } as const;
    return {
      id: this.id,
      title: this.title,
      status: worst ? 'ok' : 'unknown',
      summary: worst
        ? `The ${rows.length} pages that took most time; the first took ${(worst.duration_ms / 1000).toFixed(1)} s in ${worst.attempts} attempts.`
        : 'No page was crawled in this time.',
      details: worst ? [table] : [],
    };
  },
};

const WORST = `
  WITH worst AS (
    SELECT trace_id, max(url) AS url, count(*) AS attempts, sum(duration_ms) AS total_ms,
      max(CASE WHEN outcome = 'ok' THEN 1 ELSE 0 END) AS ok, max(error_type) AS error_type
    FROM pages WHERE start_us >= $from AND start_us < $to GROUP BY trace_id ORDER BY total_ms DESC, trace_id LIMIT ${LISTED}),
  longest AS (
    SELECT trace_id, stage, duration_ms, row_number() OVER (PARTITION BY trace_id ORDER BY duration_ms DESC, span_id) AS place
    FROM stages WHERE trace_id IN (SELECT trace_id FROM worst))
  SELECT w.url AS url, w.trace_id AS trace_id, w.attempts AS attempts, w.total_ms AS duration_ms, w.ok AS ok, w.error_type AS error_type,
    l.stage AS stage, l.duration_ms AS stage_ms
  FROM worst w LEFT JOIN longest l ON l.trace_id = w.trace_id AND l.place = 1
  ORDER BY w.total_ms DESC, w.trace_id`;
