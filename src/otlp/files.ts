import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CrawlscopeError, errorMessage } from '../errors.ts';

/** A file that may hold OTLP records, with the facts that tell it apart after a rename. */
export interface OtlpFile {
  readonly path: string;
  readonly size: number;
  readonly inode: string;
  readonly modifiedMs: number;
}

const EXTENSIONS = /\.(jsonl|ndjson|json|zst|zstd|bin|proto|protobuf|pb|otlp)$/i;

/**
 * Lists the OTLP files under `folder` at any depth, oldest change first: JSON, protobuf, compressed, without extension, active or
 * rotated. Rejects with `DATA_NOT_FOUND` where the folder cannot be read.
 */
export async function findOtlpFiles(folder: string): Promise<OtlpFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw new CrawlscopeError(
      'DATA_NOT_FOUND',
      `cannot read the data folder ${folder}: ${errorMessage(error)}`,
      'Give the folder of the OTLP files with --data, or set CRAWLSCOPE_DIR.',
      { cause: error },
    );
  });
  const paths = entries
    .filter((entry) => !entry.isDirectory() && isOtlpName(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(paths.map(describeFile));
  return files.filter((file) => file !== undefined).toSorted((a, b) => a.modifiedMs - b.modifiedMs || (a.path < b.path ? -1 : 1));
}

/** Tells by its name whether a file may hold OTLP; numbers that log rotation appends do not count as an extension. */
function isOtlpName(name: string): boolean {
  if (name.startsWith('.')) return false;
  const plain = name.replace(/(\.\d+)+$/, '');
  return EXTENSIONS.test(plain) || !/\.[A-Za-z]\w*$/.test(plain);
}

/** A file can disappear between listing and reading, when a rotation deletes the oldest. */
async function describeFile(path: string): Promise<OtlpFile | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  return { path, size: Number(found.size), inode: `${found.dev}:${found.ino}`, modifiedMs: Number(found.mtimeMs) };
}
