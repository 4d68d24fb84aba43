import * as names from '../semconv.ts';
import type { ExporterTables } from './clickhouse-reading.ts';
import { TABLES, type TableName } from './tables.ts';

/** What the text of a query tells about the rows that it can need. */
export interface Hints {
  /** SQL of what all spans that it needs have in common, in terms that the exporter's indexes know; starts with AND, or is empty. */
  readonly condition: string;
  /** True where so few rows are left that nothing need be known of all the others. */
  readonly isNarrow: boolean;
}

/** Columns of the span tables that are nothing but an attribute. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  cache_hit: names.ATTR_CACHE_HIT,
  category: names.ATTR_PAGE_CATEGORY,
  content_hash: names.ATTR_PAGE_CONTENT_HASH,
  embedding_id: names.ATTR_EMBEDDING_ID,
  http_status: names.ATTR_HTTP_STATUS,
  score: names.ATTR_PAGE_SCORE,
  threshold_passed: names.ATTR_THRESHOLD_PASSED,
};

/** The tables of `tables.ts` that a query reads. */
export function tablesIn(sql: string): TableName[] {
  return (Object.keys(TABLES) as TableName[]).filter((table) => new RegExp(`\\b(?:FROM|JOIN)\\s+${table}\\b`, 'i').test(sql));
}

/** True where a query may read the column. */
export function mayRead(sql: string, column: string): boolean {
  return new RegExp(`(?<!\\$)\\b${column}\\b`).test(sql) || /(?:\bSELECT|,)\s*(?:\w+\.)?\*/i.test(sql);
}

/**
 * Reads the conditions of a query over a single table that the exporter's indexes can answer: the engine does not see by itself that a
 * trace's spans, or those with an attribute, are all that is left of a view.
 */
export function readHints(sql: string, { hasKeyIndex, hasValueIndex }: ExporterTables): Hints {
  const conditions: string[] = [];
  const shared: string[] = [];
  // What a failure says may come from its event instead of its span.
  const hasOwnColumns = !tablesIn(sql).includes('failures');
  for (const term of termsOf(sql)) {
    const [, trace] = /^trace_id = \$(\w+)$/.exec(term) ?? [];
    const [, url] = /^url = \$(\w+)$/.exec(term) ?? [];
    const [, column] = /^(\w+) IS NOT NULL$/i.exec(term) ?? [];
    const attribute = ATTRIBUTES[column ?? ''];
    if (trace !== undefined) conditions.push(`TraceId = $${trace}`);
    if (url !== undefined && hasOwnColumns && hasValueIndex) conditions.push(`has(mapValues(SpanAttributes), $${url})`);
    if (attribute !== undefined && hasOwnColumns && hasKeyIndex) shared.push(`mapContains(SpanAttributes, '${attribute}')`);
  }
  return { condition: [...conditions, ...shared].map((each) => ` AND ${each}`).join(''), isNarrow: conditions.length > 0 };
}

/** What must hold for every row of a query's only table; none where the query is not as plain as that. */
function termsOf(sql: string): string[] {
  const [, where, ...others] = sql.split(/(?<!\$)\bWHERE\b/i);
  if (where === undefined || others.length > 0 || sql.match(/(?<!\$)\b(?:FROM|JOIN)\b/gi)?.length !== 1) return [];
  const [condition = ''] = where.split(/\b(?:GROUP|ORDER|LIMIT)\b/i);
  if (/\b(?:OR|CASE|SELECT)\b/i.test(condition) || /\bNOT\b(?! NULL)/i.test(condition)) return [];
  return condition.split(/\bAND\b/i).map((term) => term.trim().replaceAll(/\s+/g, ' '));
}
