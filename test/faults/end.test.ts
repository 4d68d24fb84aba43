import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openIngested } from '../../src/store/open.ts';
import { REGISTER, filesOf, readSpans, temporaryFolder } from '../sdk/child.ts';
import { compare } from './crawls.ts';

const BATCH = 512;
const silent = { out: () => {}, err: () => {}, colors: false, progress: () => {} };

test('kill -9 in the middle loses the batch in memory and at most the end of the last line; the rest is read', async () => {
  using folder = temporaryFolder();
  const app = new URL('apps/endless.mjs', import.meta.url).pathname;
  const env = { ...process.env, CRAWLSCOPE_DIR: folder.path };
  const child = spawn(process.execPath, ['--import', REGISTER, app], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const exit = once(child, 'exit');
  let ended = 0;
  for await (const line of createInterface(child.stdout)) {
    ended = Number(line);
    if (ended >= 5000 && child.kill('SIGKILL')) continue;
  }
  expect(await exit).toEqual([null, 'SIGKILL']);
  const lines = filesOf(folder.path, 'traces').flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  for (const line of lines.slice(0, -1)) expect(() => void JSON.parse(line)).not.toThrow();
  const place = {
    data: join(folder.path, 'otlp'),
    store: join(folder.path, 'store.duckdb'),
    json: false,
    now: Date.now() * 1000,
  };
  const store = await openIngested(place, silent);
  try {
    const [counted] = await store.query<{ spans: number }>(
      'SELECT (SELECT count(*) FROM pages) + (SELECT count(*) FROM stages) AS spans',
    );
    expect(Number(counted?.spans)).toBeGreaterThanOrEqual(2 * ended - 2 * BATCH);
    expect(await store.query('SELECT run_id FROM pages GROUP BY 1')).toEqual([{ run_id: 'run-1' }]);
  } finally {
    await store.close();
  }
});

test('a clock that is set back gives no page a negative or absurd duration', async () => {
  using folder = temporaryFolder();
  const { check } = await compare('clock.mjs', folder.path, { env: { CRAWLSCOPE_DIR: folder.path } });
  expect(check.dropped).toEqual({});
  const spans = readSpans(folder.path) as unknown as { startTimeUnixNano: string; endTimeUnixNano: string }[];
  expect(spans).toHaveLength(60);
  const milliseconds = spans.map((span) => Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6);
  expect(Math.min(...milliseconds)).toBeGreaterThan(5);
  expect(Math.max(...milliseconds)).toBeLessThan(60_000);
});
