import { CrawlscopeError, errorMessage } from '../errors.ts';
import type { Parameter, Store } from './store.ts';

/** Where a Parquet file goes, and which of its columns are microseconds that become timestamps. */
export interface ParquetTarget {
  readonly file: string;
  readonly times: readonly string[];
}

/** Writes the result of a query to a Parquet file; the database does it, in constant memory. */
export async function copyToParquet(
  store: Store,
  sql: string,
  parameters: Readonly<Record<string, Parameter>>,
  { file, times }: ParquetTarget,
): Promise<void> {
  if (store.engine !== 'duckdb') {
    const next = 'Use --format jsonl or csv, or give the path of a DuckDB file with --store.';
    throw new CrawlscopeError('UNSUPPORTED_FORMAT', `parquet cannot be written from a ${store.engine} store`, next);
  }
  try {
    const replaced = times.map((column) => `make_timestamp(${column}) AS ${column}`).join(', ');
    const columns = replaced === '' ? '*' : `* REPLACE (${replaced})`;
    await store.query(`COPY (SELECT ${columns} FROM (${sql})) TO '${file.replaceAll("'", "''")}' (FORMAT parquet)`, parameters);
  } catch (error) {
    const next = 'Give --out a file in a folder that exists and can be written to.';
    throw new CrawlscopeError('CANNOT_WRITE', `cannot write ${file}: ${errorMessage(error).split('\n')[0]}`, next, {
      cause: error,
    });
  }
}
