import type { Gap, Position } from '../otlp/block.ts';
import type { OtlpFile } from '../otlp/files.ts';
import { readBlocks, type Framed } from '../otlp/framing.ts';
import type { Skipped } from '../otlp/rows.ts';
import type { PackedRows } from './batch.ts';
import { startDecoder, type DecodedBlock, type Decoder } from './decode.ts';
import { MEMORY_LIMIT, type DuckDbStore } from './duckdb.ts';
import { insertBatch } from './insert.ts';
import {
  describeProgress,
  isUnchanged,
  loadProgress,
  positionOf,
  recognise,
  saveProgress,
  type FileProgress,
  type KnownFiles,
} from './progress.ts';
import type { IngestResult } from './store.ts';
import { loadAppender, type RowAppender } from './vectors.ts';

/** Told after every stretch that is read. */
export type OnProgress = (progress: { readonly file: string; readonly bytes: number; readonly totalBytes: number }) => void;

/** How to ingest. */
export interface IngestOptions {
  readonly onProgress?: OnProgress | undefined;
  /** Bytes of input that are committed together. */
  readonly commitBytes?: number | undefined;
}

/** More at once would be held in memory: what a transaction replaces is kept until it ends. */
const COMMIT_BYTES = 12 << 20;
/** Bytes of input after which the log of what was written is put into the tables. */
const WORTH_CHECKPOINT = 160 << 20;
/** Blocks that are decoded while others are written. */
const AHEAD = 2;

interface Run {
  readonly store: DuckDbStore;
  readonly commitBytes: number;
  readonly known: KnownFiles;
  readonly total: { files: number; bytes: number; spans: number; logs: number; metrics: number; duplicates: number };
  /** Committed stretches; `pending` ones are reported but not kept. */
  readonly skipped: Skipped[];
  readonly decoder: Decoder;
  readonly appender: RowAppender;
  batch: PackedRows[];
  batchBytes: number;
  fresh: Skipped[];
  /** What to remember of files whose rows are in the batch. */
  progress: FileProgress[];
}

/**
 * Reads what is new in `files` into the store. Rows and how far each file was read are committed together, so a killed
 * ingest goes on where its last commit was.
 */
export async function ingest(store: DuckDbStore, files: readonly OtlpFile[], options: IngestOptions = {}): Promise<IngestResult> {
  const run: Run = {
    store,
    commitBytes: options.commitBytes ?? COMMIT_BYTES,
    known: await loadProgress(store),
    total: { files: 0, bytes: 0, spans: 0, logs: 0, metrics: 0, duplicates: 0 },
    skipped: [],
    decoder: startDecoder(),
    appender: await loadAppender(store.connection),
    batch: [],
    batchBytes: 0,
    fresh: [],
    progress: [],
  };
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0);
  let bytes = 0;
  // Rows only pass through; the rest is for queries.
  await store.connection.run(`SET memory_limit = '100MB'`);
  try {
    for (const file of files) {
      await ingestFile(run, file, (done) => options.onProgress?.({ file: file.path, bytes: bytes + done, totalBytes }));
      bytes += file.size;
    }
    await commit(run);
    await run.decoder.close();
    // Here, with little memory, and not when the store is closed.
    if (run.total.bytes > WORTH_CHECKPOINT) await store.connection.run('SET threads = 1; CHECKPOINT');
  } finally {
    await run.decoder.close();
    run.appender.close();
    await store.connection.run(`SET threads = 2; SET memory_limit = '${MEMORY_LIMIT}'`);
  }
  return {
    ...run.total,
    skipped: run.skipped.map(({ file, offset, reason, bytes: length }) => ({ file, offset, reason, bytes: length })),
  };
}

async function ingestFile(run: Run, file: OtlpFile, onBytes: (bytes: number) => void): Promise<void> {
  const known = await recognise(run.known, file);
  let pending = known && known.pending_bytes > 0 ? { bytes: known.pending_bytes, reason: known.pending_reason ?? '' } : undefined;
  let position = positionOf(known);
  const start = position;
  if (known && isUnchanged(known, file)) {
    if (pending) run.skipped.push({ file: file.path, offset: position.offset, ...pending });
    return;
  }
  const id = known && known.inode === file.inode ? known.id : run.known.nextId++;
  pending = undefined;
  const remember = async (at: Position, complete: boolean): Promise<void> => {
    // A size that no file has: what was read of an unchanged file counts as all of it.
    const progress = await describeProgress(complete ? file : { ...file, size: -1 }, id, at, pending);
    run.progress = [...run.progress.filter((other) => other.id !== id), progress];
    run.known.byInode.set(file.inode, progress);
  };
  const report = (gap: Gap, base: number): void => {
    const { bytes, reason } = gap;
    const stretch = { file: file.path, offset: base + gap.offset, bytes, reason };
    if (gap.pending) {
      pending = { bytes, reason };
      run.skipped.push(stretch);
    } else run.fresh.push(stretch);
  };
  for await (const { framed, decoded } of decodeAhead(run.decoder, readBlocks(file.path, position))) {
    if (framed.kind === 'gap') {
      report(framed.gap, 0);
      position = framed.after;
    } else {
      const { rows, gaps, consumed } = (await decoded)!;
      run.batch.push(rows);
      run.batchBytes += framed.block.bytes.length;
      for (const gap of gaps) report(gap, framed.block.offset);
      position = framed.after(consumed);
    }
    onBytes(position.frame);
    if (run.batchBytes >= run.commitBytes) {
      await remember(position, false);
      await commit(run);
    }
  }
  if (position.offset > start.offset || run.fresh.some((gap) => gap.file === file.path)) run.total.files++;
  run.total.bytes += position.offset - start.offset;
  await remember(position, true);
}

/** Decodes a few blocks in advance, and yields them in the order of the file. */
async function* decodeAhead(
  decoder: Decoder,
  blocks: AsyncIterable<Framed>,
): AsyncGenerator<{ framed: Framed; decoded: Promise<DecodedBlock> | undefined }> {
  const ahead: { framed: Framed; decoded: Promise<DecodedBlock> | undefined }[] = [];
  for await (const framed of blocks) {
    const decoded = framed.kind === 'block' ? decoder.decode(framed.block) : undefined;
    // Awaited later: until then a failure must not count as unhandled.
    decoded?.catch(() => undefined);
    ahead.push({ framed, decoded });
    if (ahead.length > AHEAD) yield ahead.shift()!;
  }
  yield* ahead;
}

async function commit(run: Run): Promise<void> {
  const { store } = run;
  if (run.progress.length === 0) return;
  await store.connection.run('BEGIN TRANSACTION');
  try {
    await write(run);
    await store.connection.run('COMMIT');
  } catch (error) {
    await store.connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
  run.skipped.push(...run.fresh);
  run.batch = [];
  run.batchBytes = 0;
  run.fresh = [];
  run.progress = [];
}

async function write({ batch, store, appender, known, total, progress, fresh }: Run): Promise<void> {
  const duplicates = await insertBatch(store.connection, appender, batch);
  for (const signal of ['spans', 'logs', 'metrics'] as const) {
    total[signal] += batch.reduce((sum, rows) => sum + rows[signal], 0) - duplicates[signal];
    total.duplicates += duplicates[signal];
  }
  for (const file of progress) await saveProgress(store, known, file);
  for (const { file, offset, bytes, reason } of fresh) {
    const values = [file, BigInt(offset), BigInt(bytes), reason];
    await store.connection.run('INSERT INTO skipped_stretches VALUES ($1, $2, $3, $4)', values);
  }
}
