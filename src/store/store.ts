/** A value bound to `$name` in a query. */
export type Parameter = string | number | boolean | null | readonly string[];

/**
 * A database that holds the tables of `tables.ts`. Queries use the SQL both engines read alike (DuckDB and ClickHouse); integers
 * come back as numbers, lists as arrays.
 */
export interface Store {
  readonly engine: 'duckdb' | 'clickhouse';
  query<R extends object>(sql: string, parameters?: Readonly<Record<string, Parameter>>): Promise<R[]>;
  /** Reads in chunks, for results that may not fit in memory. */
  stream<R extends object>(sql: string, parameters?: Readonly<Record<string, Parameter>>): AsyncIterable<R[]>;
  close(): Promise<void>;
}

/** What one ingest did; the JSON of `crawlscope ingest`. */
export interface IngestResult {
  readonly files: number;
  readonly bytes: number;
  readonly spans: number;
  readonly logs: number;
  readonly metrics: number;
  readonly duplicates: number;
  readonly skipped: readonly { file: string; offset: number; reason: string; bytes: number }[];
}
