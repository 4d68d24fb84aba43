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
  readonly first_us: number;
  readonly first_trace_id: string;
}

const IS_CURRENT = 'CASE WHEN p.start_us >= $currentFrom THEN 1 ELSE 0 END';

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
  const url = dialectOf(store).digest('p.url');
  const where = `p.category IS NOT NULL ${category === undefined ? '' : 'AND p.category = $category'}
    AND ((p.start_us >= $referenceFrom AND p.start_us < $referenceTo) OR (p.start_us >= $currentFrom AND p.start_us < $currentTo))`;
  // Trace ids are read of the first pages alone: they are as wide as all the rest together.
  const rows = await store.query<GroupRow>(
    `WITH revisited AS (
       SELECT ${url} AS url, ${IS_CURRENT} AS is_current, MAX(p.start_us) AS last_us FROM pages p WHERE ${where}
       GROUP BY 1, 2 HAVING COUNT(*) > 1),
     grouped AS (
       SELECT p.category AS category, p.domain AS domain, ${IS_CURRENT} AS is_current, p.tags AS tags, COUNT(*) AS pages,
         MIN(p.start_us) AS first_us
       FROM pages p LEFT JOIN revisited r ON r.url = ${url} AND r.is_current = ${IS_CURRENT}
       WHERE ${where} AND (r.url IS NULL OR r.last_us = p.start_us) GROUP BY 1, 2, 3, 4)
     SELECT g.category AS category, g.domain AS domain, g.is_current AS is_current, g.tags AS tags, g.pages AS pages,
       g.first_us AS first_us, MIN(p.trace_id) AS first_trace_id
     FROM pages p JOIN grouped g ON g.first_us = p.start_us AND g.category = p.category
     WHERE ${where} AND (g.domain = p.domain OR (g.domain IS NULL AND p.domain IS NULL))
       AND (g.tags = p.tags OR (g.tags IS NULL AND p.tags IS NULL))
     GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY first_us, first_trace_id, g.category`,
    parameters,
  );
  return rows.map((row) => ({
    category: row.category,
    domain: row.domain ?? '',
    current: row.is_current === 1,
    tags: [...new Set(row.tags)],
    pages: row.pages,
    firstUs: row.first_us,
    firstTraceId: row.first_trace_id,
  }));
}
