import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSpans, temporaryFolder } from '../sdk/child.ts';
import { compare } from './crawls.ts';

const PAGES = 5000;

test('a full disk costs telemetry only: what is written is whole, what is not is counted', async () => {
  using folder = temporaryFolder();
  using disk = smallDisk(join(folder.path, 'disk'));
  const { stderr, check } = await compare('many.mjs', folder.path, { args: [String(PAGES)], ...disk.options });
  const dropped = check.dropped['traces write_failed'] ?? 0;
  expect(dropped).toBeGreaterThan(0);
  expect(stderr.match(/telemetry is being dropped \(traces, write_failed\)/g)).toHaveLength(1);
  expect(stderr).toMatch(/ENOSPC|EFBIG/);
  expect(readSpans(disk.path)).toHaveLength(2 * PAGES - dropped);
  expect(check.written['traces']).toBe(2 * PAGES - dropped);
});

test('a folder that cannot be made costs telemetry only', async () => {
  using folder = temporaryFolder();
  const options = { args: [String(PAGES)], env: { CRAWLSCOPE_DIR: '/proc/self/none' } };
  const { stderr, check } = await compare('many.mjs', folder.path, options);
  expect(check.dropped['traces write_failed']).toBe(2 * PAGES);
  expect(check.traps.map(({ id }) => id)).toContain('unwritable_folder');
  expect(stderr.match(/telemetry is being dropped \(traces/g)).toHaveLength(1);
});

/** A file system of 1 MiB where this user may mount one; elsewhere files may not grow beyond that. */
function smallDisk(path: string): Disposable & { path: string; options: object } {
  mkdirSync(path);
  const env = { CRAWLSCOPE_DIR: path };
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    const command = ['bash', '-c', 'trap "" XFSZ; ulimit -f 1024; exec "$0" "$@"'];
    return { path, options: { env, command }, [Symbol.dispose]: () => {} };
  }
  return { path, options: { env }, [Symbol.dispose]: () => void execFileSync('umount', [path]) };
}
