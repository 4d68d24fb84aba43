import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const CLI = new URL('../../bin/crawlscope.js', import.meta.url).pathname;

/** The standard output of a command on a data folder, by a new store of its own. */
export async function runCli(directory: string, data: string, args: readonly string[]): Promise<string> {
  const store = join(mkdtempSync(join(directory, 'store-')), 'store.duckdb');
  const words = [CLI, ...args, '--data', data, '--store', store];
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
