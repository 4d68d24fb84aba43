import type { Store } from './store.ts';

/** The SQL of what the engines write differently; everything else is written once for both. */
export interface Dialect {
  /** One row an element of a list column, in a SELECT list. */
  readonly unnest: (column: string) => string;
  /** The value at `key` of a JSON column as text, NULL where there is none; `key` may hold dots. */
  readonly jsonText: (column: string, key: string) => string;
  /**
   * A number that stands for a text, NULL where it is: far cheaper to group, join and look up by than the text itself. `url` and
   * `content_hash` have to be those of `pages`.
   */
  readonly digest: (column: string) => string;
  /** The condition that an id column (`trace_id`, `span_id`, `parent_span_id`) is the text bound to `$parameter`. */
  readonly isId: (column: string, parameter: string) => string;
  /** The condition that such a column is one of the texts that the query `texts` selects. */
  readonly isIdOf: (column: string, texts: string) => string;
  /** The first `length` characters of a text. */
  readonly prefix: (column: string, length: number) => string;
}

const DIALECTS: Readonly<Record<Store['engine'], Dialect>> = {
  duckdb: {
    unnest: (column) => `unnest(${column})`,
    jsonText: (column, key) => `json_extract_string(${column}, '$."${key}"')`,
    digest: (column) => idColumn(column) ?? keyColumn(column) ?? `CASE WHEN ${column} IS NOT NULL THEN hash(${column}) END`,
    isId: (column, parameter) => `${idColumn(column)} = ${idNumber(column, parameter)}`,
    isIdOf: (column, texts) => `${idColumn(column)} IN (SELECT ${idNumber(column, 'id')} FROM (${texts}) texts(id))`,
    prefix: (column, length) => `substring(${column}, 1, ${length})`,
  },
  clickhouse: {
    unnest: (column) => `arrayJoin(${column})`,
    jsonText: (column, key) =>
      `if(JSONType(${column}, '${key}') = 'String', JSONExtractString(${column}, '${key}'), nullIf(JSONExtractRaw(${column}, '${key}'), ''))`,
    digest: (column) => `cityHash64(${column})`,
    isId: (column, parameter) => `${column} = ${parameter}`,
    isIdOf: (column, texts) => `${column} IN (${texts})`,
    prefix: (column, length) => `substringUTF8(${column}, 1, ${length})`,
  },
};

/** Ids are numbers on disk, and beside their texts in the views. */
function idColumn(column: string): string | undefined {
  return /^((?:\w+\.)?(?:trace|span|parent(?=_span)))(?:_span)?_id$/.exec(column)?.[1];
}

/** Pages have hashes of some texts on disk. */
function keyColumn(column: string): string | undefined {
  const [, table = '', name] = /^(\w+\.)?(url|content_hash)$/.exec(column) ?? [];
  return name && `${table}${name === 'url' ? 'url_key' : 'content_key'}`;
}

/** The number that the text of an id of that column spells, NULL where it is none. */
function idNumber(column: string, text: string): string {
  return column.endsWith('trace_id') ? `TRY_CAST(${text} AS UUID)` : `TRY_CAST('0x' || ${text} AS UBIGINT)`;
}

/** The dialect of a store's engine. */
export function dialectOf(store: Pick<Store, 'engine'>): Dialect {
  return DIALECTS[store.engine];
}
