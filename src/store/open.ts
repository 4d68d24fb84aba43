import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CrawlscopeError } from '../errors.ts';
import { findOtlpFiles, type OtlpFile } from '../otlp/files.ts';
import { checkVersion, define, isDefined } from './definition.ts';
import { openDuckDb, type DuckDbStore } from './duckdb.ts';
import type { IngestOptions, OnProgress } from './ingest.ts';
import { isUnchanged, loadProgress } from './progress.ts';
import type { IngestResult, Store } from './store.ts';

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
  const { store, ingested } = await openAndRead(options, await findOtlpFiles(options.data), options);
  await store.close();
  return ingested;
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
  const current = await openCurrent(options.store, files);
  if (current) return current;
  const { store, ingested } = await openAndRead(options, files, io && { onProgress: progressLine(io.progress) });
  io?.progress('');
  return Object.assign(store, { ingested });
}

/** Reads what is new in the files, and leaves the store open. */
async function openAndRead(
  options: OpenOptions,
  files: readonly OtlpFile[],
  how: IngestOptions = {},
): Promise<{ readonly store: DuckDbStore; readonly ingested: IngestResult }> {
  const [{ ingest }, { startDecoder }] = await Promise.all([import('./ingest.ts'), import('./decode.ts')]);
  // A new store has to read everything: who decodes starts while it is made.
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const decoder = existsSync(options.store) ? undefined : startDecoder(bytes);
  let store: DuckDbStore | undefined;
  try {
    store = await openTables(options);
    return { store, ingested: await ingest(store, files, { ...how, decoder }) };
  } catch (error) {
    await decoder?.close();
    await store?.close();
    throw error;
  }
}

const NOTHING: IngestResult = { files: 0, bytes: 0, spans: 0, logs: 0, metrics: 0, duplicates: 0, skipped: [] };

/**
 * Opens the store to read only, where the files hold nothing new: closing a store that was open for writing takes time, and readers
 * need not wait for each other.
 */
async function openCurrent(
  path: string,
  files: readonly OtlpFile[],
): Promise<(DuckDbStore & { readonly ingested: IngestResult }) | undefined> {
  // A log that a killed process left behind is put into the tables once, by who writes, and not by every reader.
  if (!existsSync(path) || existsSync(`${path}.wal`)) return undefined;
  const store = await openDuckDb(path, { readOnly: true });
  try {
    const skipped = (await isDefined(store)) ? await findPending(store, files) : undefined;
    if (skipped) return Object.assign(store, { ingested: { ...NOTHING, skipped } });
  } catch (error) {
    await store.close();
    throw error;
  }
  await store.close();
  return undefined;
}

/** What could not be read yet at the ends of files that are all known; undefined where a file is not, or has changed. */
async function findPending(store: DuckDbStore, files: readonly OtlpFile[]): Promise<IngestResult['skipped'] | undefined> {
  const { byInode } = await loadProgress(store);
  const known = files.map((file) => ({ file, progress: byInode.get(file.inode) }));
  if (known.some(({ file, progress }) => !progress || !isUnchanged(progress, file))) return undefined;
  return known.flatMap(({ file, progress }) => {
    if (!progress || progress.pending_bytes === 0) return [];
    const { plain_offset: offset, pending_bytes: bytes, pending_reason: reason } = progress;
    return [{ file: file.path, offset, bytes, reason: reason ?? '' }];
  });
}

async function openClickHouse(store: string): Promise<Store> {
  const clickHouse = await import('./clickhouse.ts');
  return clickHouse.openClickHouse(store);
}

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
    if (!(await isDefined(store))) {
      await checkVersion(store, options.store);
      if (!options.readOnly) await define(store);
    }
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
