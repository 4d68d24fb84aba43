import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runApp } from './child.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'crawlscope-'))));
afterEach(() => rm(folder, { recursive: true }));

test('CRAWLSCOPE_MONITOR=1 prints whole lines about the crawler on standard error alone', async () => {
  const env = { CRAWLSCOPE_DIR: folder, CRAWLSCOPE_MONITOR: '1', CRAWLSCOPE_MONITOR_INTERVAL: '0.5' };
  const { code, stdout, stderr } = await runApp('monitored.mjs', { env });
  expect(code).toBe(0);
  expect(stdout).toBe('crawling\ndone\n');
  const lines = stderr.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThanOrEqual(2);
  for (const line of lines) {
    expect(line).toMatch(/^crawlscope \d\d:\d\d:\d\d \| RAM \d+ MB \| CPU \d+ % \| \d+\.\d URLs\/s \| /);
    expect(line).not.toContain('\u001B');
  }
  expect(lines).toContainEqual(expect.stringContaining('| 1 ok, 1 errors, 0 retries | queue 7 | cache 100 % | now embed 1 |'));
  expect(lines).toContainEqual(expect.stringMatching(/last failure \w+ https:\/\/a\.example\//));
});

test('without it nothing is printed', async () => {
  expect((await runApp('monitored.mjs', { env: { CRAWLSCOPE_DIR: folder } })).stderr).toBe('');
});
