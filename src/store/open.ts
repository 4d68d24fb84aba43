import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CrawlscopeError } from '../errors.ts';
import { findOtlpFiles } from '../otlp/files.ts';
import { openClickHouse } from './clickhouse.ts';
import { openDuckDb, type DuckDbStore } from './duckdb.ts';
import { ingest, type IngestOptions, type OnProgress } from './ingest.ts';
import { SCHEMA_VERSION, tableStatements } from './schema.ts';
import type { IngestResult, Store } from './store.ts';
import { viewStatements } from './views.ts';

/** Which store to open. */
export interface OpenOptions {
  /** Path of the DuckDB file; `:memory:` keeps it in memory. */
  readonly store: string;
  readonly readOnly?: boolean;
  /** How long to wait for another process that holds the file; milliseconds. */
  readonly waitMs?: number;
}

/** Opens the store, and creates it with its tables where it does not exist. */
export async function openStore(options: OpenOptions): Promise<Store> {
  return isClickHouse(options.store) ? openClickHouse(options.store) : openTables(options);
}

/** Reads what is new in the folder `data` into the store, and closes it. */
export async function ingestInto(options: OpenOptions & IngestOptions & { readonly data: string }): Promise<IngestResult> {
  const files = await findOtlpFiles(options.data);
  const store = await openTables(options);
  try {
    return await ingest(store, files, options);
  } finally {
    await store.close();
  }
}

/**
 * Reads what is new in `options.data` and returns the open store: how every command that asks the tables starts. A ClickHouse store
 * is filled by the collector, so there is nothing to read.
 */
export async function openIngested(
  options: { readonly data: string; readonly store: string },
  io?: { readonly progress: (text: string) => void },
): Promise<Store & { readonly ingested: IngestResult }> {
  if (isClickHouse(options.store)) return Object.assign(await openClickHouse(options.store), { ingested: NOTHING });
  const files = await findOtlpFiles(options.data);
  const store = await openTables(options);
  try {
    const ingested = await ingest(store, files, io && { onProgress: progressLine(io.progress) });
    io?.progress('');
    return Object.assign(store, { ingested });
  } catch (error) {
    await store.close();
    throw error;
  }
}

const NOTHING: IngestResult = { files: 0, bytes: 0, spans: 0, logs: 0, metrics: 0, duplicates: 0, skipped: [] };

function isClickHouse(store: string): boolean {
  return store.startsWith('clickhouse://');
}

/** Shows how far an ingest is, in per cent of the bytes on disk. */
export function progressLine(show: (text: string) => void): OnProgress {
  let last = -1;
  return ({ bytes, totalBytes }) => {
    const percent = totalBytes > 0 ? Math.floor((bytes / totalBytes) * 100) : 100;
    if (percent !== last) show(`reading telemetry ${percent}%`);
    last = percent;
  };
}

async function openTables(options: OpenOptions): Promise<DuckDbStore> {
  if (options.store.includes('://')) {
    throw new CrawlscopeError(
      'UNKNOWN_STORE',
      `no store of this kind: ${options.store}`,
      'Give the path of a DuckDB file, or clickhouse://host/database, with --store.',
    );
  }
  if (options.store !== ':memory:' && !options.readOnly) await mkdir(dirname(options.store), { recursive: true });
  const store = await openDuckDb(options.store, options);
  try {
    if (!options.readOnly)
      for (const statement of [...tableStatements(), ...viewStatements()]) await store.connection.run(statement);
    await checkVersion(store, options.store);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function checkVersion(store: DuckDbStore, path: string): Promise<void> {
  const [row] = await store.query<{ version: number }>('SELECT version FROM store_version');
  if (row?.version === SCHEMA_VERSION) return;
  throw new CrawlscopeError(
    'STORE_VERSION',
    `the store ${path} has version ${row?.version}, this crawlscope reads version ${SCHEMA_VERSION}`,
    'Delete the store: it is rebuilt from the files by the next command.',
  );
}
