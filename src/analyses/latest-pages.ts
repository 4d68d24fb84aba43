import { dialectOf } from '../store/dialect.ts';
import type { Store } from '../store/store.ts';
import type { Window } from './analysis.ts';

/**
 * SQL of the last classified visit of every URL in the window `$fromUs` to `$toUs`, as a table expression; bind
 * `windowParameters(window)`. Most URLs are visited once: only those visited again are put together.
 */
export function latestPages(store: Pick<Store, 'engine'>): string {
  const { digest } = dialectOf(store);
  const where = 'category IS NOT NULL AND start_us >= $fromUs AND start_us < $toUs';
  return `(SELECT visits.* FROM pages visits LEFT JOIN (
    SELECT ${digest('url')} AS again, MAX(start_us) AS last_us FROM pages WHERE ${where} GROUP BY 1 HAVING COUNT(*) > 1) revisited
    ON again = ${digest('visits.url')}
    WHERE ${where} AND (again IS NULL OR last_us = start_us))`;
}

/** The parameters of `latestPages`. */
export function windowParameters({ fromUs, toUs }: Window): { fromUs: number; toUs: number } {
  return { fromUs, toUs };
}
