import { dialectOf } from '../store/dialect.ts';
import type { AnalysisContext } from './analysis.ts';
import { inPeriods, periodOf, periodParameters, share, valuesByPeriod } from './periods.ts';

/** The share of pages whose content, or one of whose tags, was never seen before, by period. */
export async function noveltyByPeriod(context: AnalysisContext): Promise<(number | null)[]> {
  const { digest, unnest } = dialectOf(context.store);
  const content = digest('content_hash');
  const tag = unnest('tags');
  // Only contents that came more than once are listed: the time before the periods is searched for theirs alone, and never sorted.
  const rows = await context.store.query<{ period: number; pages: number; novel: number }>(
    `WITH repeats AS (
       SELECT ${content} AS content, min(start_us) AS first_us FROM pages
       WHERE ${inPeriods('start_us')} AND ${content} IS NOT NULL GROUP BY 1 HAVING count(*) > 1
       UNION ALL
       SELECT DISTINCT ${content} AS content, 0 AS first_us FROM pages
       WHERE start_us < $first AND ${content} IN (SELECT ${content} FROM pages WHERE ${inPeriods('start_us')} AND ${content} IS NOT NULL)),
     first_contents AS (SELECT content, min(first_us) AS first_us FROM repeats GROUP BY content),
     tagged AS (SELECT start_us, ${tag} AS tag FROM pages WHERE tags IS NOT NULL AND start_us < $to),
     first_tags AS (SELECT tag, min(start_us) AS first_us FROM tagged GROUP BY tag),
     candidates AS (
       SELECT ${digest('span_id')} AS span, start_us, ${tag} AS tag FROM pages
       WHERE tags IS NOT NULL AND ${inPeriods('start_us')} AND start_us IN (SELECT first_us FROM first_tags)),
     new_tag_pages AS (
       SELECT DISTINCT c.span AS span FROM candidates c JOIN first_tags f ON f.tag = c.tag AND f.first_us = c.start_us),
     judged AS (
       SELECT ${periodOf('p.start_us')} AS period, p.weight AS weight,
         CASE WHEN n.span IS NOT NULL OR (${digest('p.content_hash')} IS NOT NULL AND (c.content IS NULL OR c.first_us = p.start_us)) THEN 1 ELSE 0 END
           AS novel
       FROM pages p
       LEFT JOIN first_contents c ON c.content = ${digest('p.content_hash')}
       LEFT JOIN new_tag_pages n ON n.span = ${digest('p.span_id')}
       WHERE ${inPeriods('p.start_us')} AND p.outcome = 'ok' AND (${digest('p.content_hash')} IS NOT NULL OR p.tags IS NOT NULL))
     SELECT period, sum(weight) AS pages, sum(weight * novel) AS novel FROM judged GROUP BY period`,
    periodParameters(context.window),
  );
  return valuesByPeriod(rows, (row) => share(row.novel, row.pages));
}
