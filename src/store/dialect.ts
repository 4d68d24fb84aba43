import type { Store } from './store.ts';

/** The SQL of what the engines write differently; everything else is written once for both. */
export interface Dialect {
  /** One row an element of a list column, in a SELECT list. */
  unnest(column: string): string;
  /** The value at `key` of a JSON column as text, NULL where there is none; `key` may hold dots. */
  jsonText(column: string, key: string): string;
}

const DIALECTS: Readonly<Record<Store['engine'], Dialect>> = {
  duckdb: {
    unnest: (column) => `unnest(${column})`,
    jsonText: (column, key) => `json_extract_string(${column}, '$."${key}"')`,
  },
  clickhouse: {
    unnest: (column) => `arrayJoin(${column})`,
    jsonText: (column, key) => `nullIf(trim(BOTH '"' FROM JSONExtractRaw(ifNull(${column}, '{}'), '${key}')), '')`,
  },
};

/** The dialect of a store's engine. */
export function dialectOf(store: Pick<Store, 'engine'>): Dialect {
  return DIALECTS[store.engine];
}
