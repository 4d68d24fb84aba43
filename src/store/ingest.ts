import type { Gap, Position } from '../otlp/block.ts';
import type { OtlpFile } from '../otlp/files.ts';
import { readBlocks, type Framed } from '../otlp/framing.ts';
import type { Skipped } from '../otlp/rows.ts';
import { loadAppender, type RowAppender } from './appender.ts';
import type { BlockRows } from './block-rows.ts';
import { startDecoder, type Decoder } from './decode.ts';
import { CHECKPOINT_THRESHOLD, MEMORY_LIMIT, type DuckDbStore } from './duckdb.ts';
import { startDuplicates, type Duplicates } from './duplicates.ts';
import { SIGNALS } from './identity.ts';
import { startInserter, type Inserter } from './insert.ts';
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

/** Told after every stretch that is read. */
export type OnProgress = (progress: { readonly file: string; readonly bytes: number; readonly totalBytes: number }) => void;

/** How to ingest. */
export interface IngestOptions {
  readonly onProgress?: OnProgress | undefined;
  /** Bytes of input that are committed together. */
  readonly commitBytes?: number | undefined;
  /** Started before, where that was possible; it is closed here. */
  readonly decoder?: Decoder | undefined;
}

/** Enough rows that the database writes most of them to their place, and few enough to do again after a kill. */
const COMMIT_BYTES = 768 << 20;
/** Blocks that are decoded while others are written. */
const AHEAD = 8;
/** Blocks that are written together. */
const BATCH = 8;
const INGEST_MEMORY = '100MB';

interface Run {
  readonly store: DuckDbStore;
  readonly commitBytes: number;
  readonly known: KnownFiles;
  readonly total: { files: number; bytes: number; spans: number; logs: number; metrics: number; duplicates: number };
  /** Committed stretches; `pending` ones are reported but not kept. */
  readonly skipped: Skipped[];
  readonly decoder: Decoder;
  readonly appender: RowAppender;
  readonly duplicates: Duplicates;
  readonly inserter: Inserter;
  /** Blocks to be written. */
  batch: BlockRows[];
  /** Bytes read since the last commit. */
  uncommitted: number;
  fresh: Skipped[];
  /** What to remember of files whose rows are in the batch. */
  progress: FileProgress[];
}

/**
 * Reads what is new in `files` into the store. Rows and how far each file was read are committed together, so a killed
 * ingest goes on where its last commit was.
 */
export async function ingest(store: DuckDbStore, files: readonly OtlpFile[], options: IngestOptions = {}): Promise<IngestResult> {
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0);
  const known = await loadProgress(store);
  const unread = files.reduce((sum, file) => sum + Math.max(0, file.size - (known.byInode.get(file.inode)?.frame ?? 0)), 0);
  const { connection } = store;
  const appender = await loadAppender(connection);
  const duplicates = await startDuplicates(connection, appender);
  const run: Run = {
    store,
    commitBytes: options.commitBytes ?? COMMIT_BYTES,
    known,
    total: { files: 0, bytes: 0, spans: 0, logs: 0, metrics: 0, duplicates: 0 },
    skipped: [],
    decoder: options.decoder ?? startDecoder(unread),
    appender,
    duplicates,
    inserter: await startInserter(connection, appender, duplicates),
    batch: [],
    uncommitted: 0,
    fresh: [],
    progress: [],
  };
  let bytes = 0;
  // Rows only pass through: the other core decodes, and memory is for queries. What is committed goes to its place at once, and not to
  // the log first.
  await connection.run(`SET threads = 1; SET memory_limit = '${INGEST_MEMORY}'; SET checkpoint_threshold = '1KB'`);
  try {
    await connection.run('BEGIN TRANSACTION');
    for (const file of files) {
      await ingestFile(run, file, (done) => options.onProgress?.({ file: file.path, bytes: bytes + done, totalBytes }));
      bytes += file.size;
    }
    await commit(run);
    await run.decoder.close();
    await connection.run('COMMIT');
  } catch (error) {
    appender.clear();
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    await run.decoder.close();
    appender.close();
    await connection.run(
      `SET threads = 2; SET memory_limit = '${MEMORY_LIMIT}'; SET checkpoint_threshold = '${CHECKPOINT_THRESHOLD}'`,
    );
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
  for await (const framed of decodeAhead(run.decoder, readBlocks(file.path, position))) {
    if (framed.kind === 'gap') {
      report(framed.gap, 0);
      position = framed.after;
    } else {
      const rows = (await framed.decoded)!;
      run.batch.push(rows);
      run.uncommitted += framed.size;
      for (const gap of rows.gaps) report(gap, framed.block.offset);
      position = framed.after(rows.consumed);
      if (run.batch.length === BATCH) await write(run);
    }
    onBytes(position.frame);
    if (run.uncommitted >= run.commitBytes) {
      await remember(position, false);
      await commit(run);
      await run.store.connection.run('COMMIT; BEGIN TRANSACTION');
    }
  }
  if (position.offset > start.offset || run.fresh.some((gap) => gap.file === file.path)) run.total.files++;
  run.total.bytes += position.offset - start.offset;
  await remember(position, true);
}

/** A block that is being decoded, or a gap. Its bytes are given away. */
type Ahead = Framed & { readonly size: number; readonly decoded: Promise<BlockRows> | undefined };

/** Decodes a few blocks in advance, and yields them in the order of the file. */
async function* decodeAhead(decoder: Decoder, blocks: AsyncIterable<Framed>): AsyncGenerator<Ahead> {
  const ahead: Ahead[] = [];
  for await (const framed of blocks) {
    // Before decoding, which takes the bytes away.
    const size = framed.kind === 'block' ? framed.block.bytes.length : 0;
    const decoded = framed.kind === 'block' ? decoder.decode(framed.block) : undefined;
    // Awaited later: until then a failure must not count as unhandled.
    decoded?.catch(() => undefined);
    ahead.push({ ...framed, size, decoded });
    if (ahead.length > AHEAD) yield ahead.shift()!;
  }
  yield* ahead;
}

/** Writes what was decoded to the open transaction. */
async function write(run: Run): Promise<void> {
  const { batch, total } = run;
  run.batch = [];
  const written = await run.inserter.insert(batch);
  for (const signal of SIGNALS) {
    total[signal] += written[signal];
    total.duplicates += batch.reduce((sum, rows) => sum + rows.counts[signal], 0) - written[signal];
  }
}

/** Completes the open transaction: with its rows goes how far the files were read. */
async function commit(run: Run): Promise<void> {
  const { store, known, progress, fresh } = run;
  await write(run);
  for (const file of progress) await saveProgress(store, known, file);
  for (const { file, offset, bytes, reason } of fresh) {
    const values = [file, BigInt(offset), BigInt(bytes), reason];
    await store.connection.run('INSERT INTO skipped_stretches VALUES ($1, $2, $3, $4)', values);
  }
  run.skipped.push(...fresh);
  run.duplicates.committed();
  run.uncommitted = 0;
  run.fresh = [];
  run.progress = [];
}
