import type { Window } from './analysis.ts';

/**
 * SQL of the last classified visit of every URL in the window `$fromUs` to `$toUs`, as a table expression; bind
 * `windowParameters(window)`.
 */
export const LATEST_PAGES = `(SELECT * FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY COALESCE(url, trace_id) ORDER BY start_us DESC) AS visit
  FROM pages WHERE category IS NOT NULL AND start_us >= $fromUs AND start_us < $toUs) ranked WHERE visit = 1)`;

/** The parameters of `LATEST_PAGES`. */
export function windowParameters({ fromUs, toUs }: Window): { fromUs: number; toUs: number } {
  return { fromUs, toUs };
}
