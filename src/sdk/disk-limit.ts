import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { countDropped, type Signal } from './dropped.ts';

interface TelemetryFile {
  readonly path: string;
  readonly signal: Signal;
  readonly stem: string;
  readonly pid: number;
  readonly number: number;
  readonly size: number;
  readonly modified: number;
}

interface Usage {
  /** Bytes in the directory when it was last read, and written by us since. */
  used: number;
  readUntil: number;
}

const NAME = /^((traces|metrics|logs)-(\d+)-\d+(?:-t\d+)?)-(\d+)\.jsonl$/;
const ITEM = { traces: '"spanId":"', metrics: '"timeUnixNano":"', logs: '"observedTimeUnixNano":"' } as const;
/** Other processes write too, so the directory is read again after this many own bytes or this share of the limit. */
const REREAD_BYTES = 16 * 1024 * 1024;
const usages = new Map<string, Usage>();

/** Makes room for some bytes by deleting the oldest closed files; false when the limit cannot be kept. */
export function makeRoom(directory: string, bytes: number, limit: number): boolean {
  const usage = usages.get(directory) ?? { used: 0, readUntil: 0 };
  usages.set(directory, usage);
  if (usage.used + bytes > Math.min(limit, usage.readUntil)) {
    usage.used = shrink(directory, limit - bytes);
    usage.readUntil = usage.used + Math.min(REREAD_BYTES, limit / 16);
  }
  if (usage.used + bytes > limit) return false;
  usage.used += bytes;
  return true;
}

/** Deletes the oldest closed files until the rest fits the target, and returns the bytes that are left. */
function shrink(directory: string, target: number): number {
  const files = listFiles(directory);
  let used = files.reduce((sum, file) => sum + file.size, 0);
  const newest = new Map<string, number>();
  for (const { stem, number } of files) newest.set(stem, Math.max(newest.get(stem) ?? 0, number));
  for (const file of files.toSorted((a, b) => a.modified - b.modified || a.number - b.number)) {
    if (used <= target) break;
    if (file.number === newest.get(file.stem) && isRunning(file.pid)) continue;
    const items = countItems(file);
    rmSync(file.path, { force: true });
    used -= file.size;
    countDropped(file.signal, 'disk_limit', items, `${file.path} deleted`);
  }
  return used;
}

function listFiles(directory: string): TelemetryFile[] {
  const files: TelemetryFile[] = [];
  for (const name of namesIn(directory)) {
    const [, stem, signal, pid, number] = NAME.exec(name) ?? [];
    const path = join(directory, name);
    const stats = stem === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
    if (stem === undefined || stats === undefined) continue;
    const { size, mtimeMs } = stats;
    files.push({ path, signal: signal as Signal, stem, pid: Number(pid), number: Number(number), size, modified: mtimeMs });
  }
  return files;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function countItems({ path, signal }: TelemetryFile): number {
  const content = readFileSync(path);
  let count = 0;
  for (let at = content.indexOf(ITEM[signal]); at !== -1; at = content.indexOf(ITEM[signal], at + 1)) count += 1;
  return count;
}
