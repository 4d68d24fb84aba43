import { dialectOf } from '../store/dialect.ts';
import type { Parameter, Store } from '../store/store.ts';
import type { Window } from './analysis.ts';

/** Pages of one category and domain that carry the same tags, in one of the two windows. */
export interface PageGroup {
  readonly category: string;
  readonly domain: string;
  readonly current: boolean;
  readonly tags: readonly string[];
  readonly pages: number;
  /** The earliest of the pages. */
  readonly firstUs: number;
  readonly firstTraceId: string;
}

/** The windows that drift compares; they never overlap. */
export interface DriftWindows {
  readonly reference: Window;
  readonly current: Window;
}

interface GroupRow {
  readonly category: string;
  readonly domain: string | null;
  readonly is_current: number;
  readonly tags: string[] | null;
  readonly pages: number;
  readonly first: string;
}

const MICROSECOND_DIGITS = 16;
const IS_CURRENT = 'CASE WHEN start_us >= $currentFrom THEN 1 ELSE 0 END';

/**
 * Classified pages of both windows in groups. The unit is the page: of several visits to one URL in a window only the last counts,
 * since they would not be independent.
 */
export async function loadPageGroups(store: Store, windows: DriftWindows, category?: string): Promise<PageGroup[]> {
  const parameters: Record<string, Parameter> = {
    referenceFrom: windows.reference.fromUs,
    referenceTo: windows.reference.toUs,
    currentFrom: windows.current.fromUs,
    currentTo: windows.current.toUs,
  };
  if (category !== undefined) parameters['category'] = category;
  const url = dialectOf(store).digest('COALESCE(url, trace_id)');
  const where = `category IS NOT NULL ${category === undefined ? '' : 'AND category = $category'}
    AND ((start_us >= $referenceFrom AND start_us < $referenceTo) OR (start_us >= $currentFrom AND start_us < $currentTo))`;
  const rows = await store.query<GroupRow>(
    `WITH latest AS (
       SELECT ${url} AS url_digest, ${IS_CURRENT} AS is_current, MAX(start_us) AS last_us FROM pages WHERE ${where} GROUP BY 1, 2),
     visits AS (SELECT category, domain, tags, trace_id, start_us, ${url} AS url_digest FROM pages WHERE ${where})
     SELECT v.category AS category, v.domain AS domain, l.is_current AS is_current, v.tags AS tags, COUNT(*) AS pages,
       MIN(CONCAT(CAST(v.start_us AS VARCHAR), v.trace_id)) AS first
     FROM visits v JOIN latest l ON l.url_digest = v.url_digest AND l.last_us = v.start_us
     GROUP BY v.category, v.domain, l.is_current, v.tags
     ORDER BY first, category`,
    parameters,
  );
  return rows.map((row) => ({
    category: row.category,
    domain: row.domain ?? '',
    current: row.is_current === 1,
    tags: [...new Set(row.tags)],
    pages: row.pages,
    // Times since 2001 have sixteen digits, so the least text is the earliest page, in every engine.
    firstUs: Number(row.first.slice(0, MICROSECOND_DIGITS)),
    firstTraceId: row.first.slice(MICROSECOND_DIGITS),
  }));
}
