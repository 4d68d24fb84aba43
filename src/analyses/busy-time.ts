import type { AnalysisContext } from './analysis.ts';
import { inPeriods, periodOf, periodParameters, valuesByPeriod } from './periods.ts';

/** A longer time without any page is a pause, not slow crawling; microseconds. */
const PAUSE_US = 60_000_000;

/**
 * Seconds in which pages were being crawled, by period: the attempts' times united, gaps of up to a minute between them included.
 */
export async function busySecondsByPeriod(context: AnalysisContext): Promise<(number | null)[]> {
  // Attempts that start within the same minute are never a pause apart: one stretch a minute leaves far less to sort.
  const rows = await context.store.query<{ period: number; seconds: number }>(
    `WITH attempts AS (
       SELECT ${periodOf('p.start_us')} AS period, min(p.start_us) AS start_us, max(p.start_us + p.duration_ms * 1000) AS end_us
       FROM pages p WHERE ${inPeriods('p.start_us')} AND p.duration_ms IS NOT NULL
       GROUP BY ${periodOf('p.start_us')}, floor(p.start_us / ${PAUSE_US})),
     ordered AS (
       SELECT period, start_us, end_us,
         coalesce(max(end_us) OVER (PARTITION BY period ORDER BY start_us, end_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
           AS before_us
       FROM attempts)
     SELECT period, sum(CASE
         WHEN end_us <= before_us THEN 0
         WHEN start_us - before_us <= ${PAUSE_US} THEN end_us - before_us
         ELSE end_us - start_us END) / 1000000 AS seconds
     FROM ordered GROUP BY period`,
    periodParameters(context.window),
  );
  return valuesByPeriod(rows, (row) => row.seconds);
}
