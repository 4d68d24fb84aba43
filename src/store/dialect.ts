import type { Store } from './store.ts';

/** The SQL of what the engines write differently; everything else is written once for both. */
export interface Dialect {
  /** One row an element of a list column, in a SELECT list. */
  readonly unnest: (column: string) => string;
  /** The value at `key` of a JSON column as text, NULL where there is none; `key` may hold dots. */
  readonly jsonText: (column: string, key: string) => string;
  /** 64 bits that stand for a text, NULL where it is: far cheaper to group and look up by than the text itself. */
  readonly digest: (column: string) => string;
  /** The first `length` characters of a text. */
  readonly prefix: (column: string, length: number) => string;
}

const DIALECTS: Readonly<Record<Store['engine'], Dialect>> = {
  duckdb: {
    unnest: (column) => `unnest(${column})`,
    jsonText: (column, key) => `json_extract_string(${column}, '$."${key}"')`,
    digest: (column) => `CASE WHEN ${column} IS NOT NULL THEN hash(${column}) END`,
    prefix: (column, length) => `substring(${column}, 1, ${length})`,
  },
  clickhouse: {
    unnest: (column) => `arrayJoin(${column})`,
    jsonText: (column, key) =>
      `if(JSONType(${column}, '${key}') = 'String', JSONExtractString(${column}, '${key}'), nullIf(JSONExtractRaw(${column}, '${key}'), ''))`,
    digest: (column) => `cityHash64(${column})`,
    prefix: (column, length) => `substringUTF8(${column}, 1, ${length})`,
  },
};

/** The dialect of a store's engine. */
export function dialectOf(store: Pick<Store, 'engine'>): Dialect {
  return DIALECTS[store.engine];
}
