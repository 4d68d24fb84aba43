import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CrawlscopeError, errorMessage } from '../errors.ts';
import { findOtlpFiles, type OtlpFile } from '../otlp/files.ts';
import { readBlocks } from '../otlp/framing.ts';
import { readRequests, type OtlpRequest } from '../otlp/read.ts';
import type { Skipped } from '../otlp/rows.ts';
import { countItems, sendRequest, signalOfRequest, type Destination } from '../otlp/send.ts';
import { describeProgress, isUnchanged, positionOf, recognise, type FileProgress, type KnownFiles } from './progress.ts';

/** What to replay, where to, and how fast. */
export interface ReplayOptions extends Destination {
  readonly data: string;
  /** File that remembers what was sent. */
  readonly state: string;
  /** Spans, log records and metrics a second; 0 is as fast as the destination takes them. */
  readonly rate: number;
  readonly onProgress?: (sent: { readonly items: number; readonly bytes: number; readonly totalBytes: number }) => void;
}

/** What one replay did; the JSON of `crawlscope replay`. */
export interface ReplayResult {
  files: number;
  requests: number;
  items: number;
  bytes: number;
  /** Items that the destination took the request of, but not themselves. */
  refusedItems: number;
  readonly rejected: { readonly file: string; readonly offset: number; readonly reason: string }[];
  readonly skipped: Skipped[];
}

interface Run {
  readonly options: ReplayOptions;
  readonly known: KnownFiles;
  readonly result: ReplayResult;
  readonly started: number;
  totalBytes: number;
  saved: number;
}

const SAVE_MS = 1000;

/** Sends every request of the folder's files that was not sent before; rejects where the destination stays away, to be run again. */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const files = await findOtlpFiles(options.data);
  const result: ReplayResult = { files: 0, requests: 0, items: 0, bytes: 0, refusedItems: 0, rejected: [], skipped: [] };
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0);
  const run: Run = { options, known: await loadState(options.state), result, started: Date.now(), totalBytes, saved: 0 };
  for (const file of files) await replayFile(run, file);
  return result;
}

async function replayFile(run: Run, file: OtlpFile): Promise<void> {
  const known = await recognise(run.known, file);
  if (known && isUnchanged(known, file)) return;
  const id = known && known.inode === file.inode ? known.id : run.known.nextId++;
  let position = positionOf(known);
  const before = run.result.requests;
  const remember = async (complete: boolean): Promise<void> => {
    // A size that no file has: what was sent of an unchanged file counts as all of it.
    run.known.byInode.set(file.inode, await describeProgress(complete ? file : { ...file, size: -1 }, id, position, undefined));
    await saveState(run);
  };
  try {
    for await (const framed of readBlocks(file.path, position)) {
      if (framed.kind === 'gap') {
        run.result.skipped.push({ file: file.path, ...framed.gap });
        position = framed.after;
        continue;
      }
      const requests: OtlpRequest[] = [];
      const { gaps, consumed } = await readRequests(framed.block, (request) => requests.push(request));
      for (const gap of gaps) run.result.skipped.push({ file: file.path, ...gap, offset: framed.block.offset + gap.offset });
      for (const request of requests) {
        await send(run, file, framed.block.offset, request);
        position = framed.after(request.end);
        if (Date.now() - run.saved > SAVE_MS) await remember(false);
      }
      position = framed.after(consumed);
    }
    await remember(true);
  } catch (error) {
    await remember(false);
    throw error;
  }
  if (run.result.requests > before) run.result.files++;
}

async function send(
  { options, result, started, totalBytes }: Run,
  file: OtlpFile,
  base: number,
  request: OtlpRequest,
): Promise<void> {
  const dueMs = options.rate > 0 ? started + (result.items / options.rate) * 1000 - Date.now() : 0;
  if (dueMs > 0) await sleep(dueMs, undefined, { signal: options.signal });
  const answer = await sendRequest(options, signalOfRequest(request.value), request.raw);
  result.requests++;
  result.items += countItems(request.value);
  result.bytes += request.end - request.start;
  if (answer.sent) result.refusedItems += answer.refusedItems;
  else result.rejected.push({ file: file.path, offset: base + request.start, reason: answer.rejected });
  options.onProgress?.({ items: result.items, bytes: result.bytes, totalBytes });
}

async function loadState(path: string): Promise<KnownFiles> {
  let rows: FileProgress[] = [];
  try {
    rows = JSON.parse(await readFile(path, 'utf8')) as FileProgress[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      const next = 'Delete it to replay everything again, or name another with --state.';
      throw new CrawlscopeError('REPLAY_STATE', `cannot read the state file ${path}: ${errorMessage(error)}`, next, {
        cause: error,
      });
    }
  }
  return { byInode: new Map(rows.map((row) => [row.inode, row])), nextId: Math.max(0, ...rows.map((row) => row.id)) + 1 };
}

async function saveState(run: Run): Promise<void> {
  const { state } = run.options;
  run.saved = Date.now();
  await mkdir(dirname(state), { recursive: true });
  await writeFile(`${state}.tmp`, JSON.stringify([...run.known.byInode.values()]));
  await rename(`${state}.tmp`, state);
}
