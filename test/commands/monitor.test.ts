import { appendFile, mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLive } from '../../src/monitor/live.ts';
import { openTail } from '../../src/store/tail.ts';
import { writeLive } from '../monitor/live-data.ts';
import { runCli } from '../monitor/run-cli.ts';

interface Shown {
  readonly total: {
    ok: number;
    failed: number;
    retried: number;
    urls_per_second: number;
    queue: number | null;
    cpu: number;
    cache_hit_rate: number;
  };
  readonly processes: {
    name: string;
    pid: string;
    memory_bytes: number;
    quiet: boolean;
    stages: { stage: string; count: number }[];
  }[];
  readonly slowest: { url: string; duration_ms: number }[];
  readonly failures: { url: string; note: string; stage: string }[];
}

let folder: string;
let data: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crawlscope-'));
  data = join(folder, 'otlp');
});
afterEach(() => rm(folder, { recursive: true }));

const look = (...more: string[]) => runCli('monitor', '--data', data, '--count', '1', ...more);

test('one line tells of every crawler together', async () => {
  await writeLive(data, 'news', [{ url: 'https://a.example/1' }, { url: 'https://a.example/2', error: 'timeout', seconds: 8 }]);
  await writeLive(data, 'shop', [{ url: 'https://b.example/1', error: 'http_5xx', retryScheduled: true }]);
  const { code, out } = await look();
  expect(code).toBe(0);
  expect(out.split('\n')).toHaveLength(2);
  expect(out).toMatch(
    /2 of 2 processes running \| RAM 536\.9 MB \| CPU 80\.0 % \| \d+\.\d URLs\/s \| 1 ok, 1 errors, 1 retries \| queue 80 \| cache 100\.0 %/,
  );
  expect(out).toContain('fetch 3x');
  expect(out).toContain('slowest 8 s https://a.example/2');
  expect(out).toMatch(/last failure (timeout|http_5xx) https:/);
});

test('JSON lines carry each process, its stages, slow pages and failures', async () => {
  await writeLive(data, 'news', [{ url: 'https://a.example/1' }, { url: 'https://a.example/2', error: 'timeout', seconds: 8 }]);
  const shown = JSON.parse((await look('--json')).out) as Shown;
  expect(shown.processes).toMatchObject([{ name: 'news', pid: '4242', quiet: false, stages: [{ stage: 'fetch', count: 2 }] }]);
  expect(shown.slowest[0]).toMatchObject({ url: 'https://a.example/2', duration_ms: 8000 });
  expect(shown.failures).toMatchObject([{ url: 'https://a.example/2', note: 'timeout', stage: 'fetch' }]);
});

test('the cache figure is that of the metric, once there is one', async () => {
  await writeLive(data, 'news', [{ url: 'https://a.example/1' }], { hits: 30, misses: 10 });
  const { total } = JSON.parse((await look('--json')).out) as Shown;
  expect(total.cache_hit_rate).toBe(0.75);
});

test('crawled text cannot act on the terminal', async () => {
  await writeLive(data, 'news\u001B[31m', [{ url: 'https://a.example/\u001B]0;owned\u0007\n\u202Egpj', error: 'bad\u001B[2J' }]);
  const { out } = await look();
  for (const character of ['\u001B', '\u0007', '\u202E']) expect(out).not.toContain(character);
  expect(out.trimEnd()).not.toContain('\n');
});

test('what cannot be read is counted, not passed over in silence', async () => {
  await writeLive(data, 'news', [{ url: 'https://a.example/1' }]);
  await appendFile(join(data, 'traces-news.jsonl'), '{"resourceSpans":[broken\n');
  await writeLive(data, 'news', [{ url: 'https://a.example/2' }]);
  expect((await look()).out).toMatch(/2 ok, .* \| 1 unreadable stretches skipped/);
});

test('without telemetry it waits instead of failing', async () => {
  expect(await look()).toMatchObject({ code: 0, out: expect.stringContaining('waiting for telemetry') });
});

test('files of crawls long over are not counted, but what is added to them is', async () => {
  await writeLive(data, 'old', [{ url: 'https://a.example/1' }]);
  for (const name of ['traces-old.jsonl', 'metrics-old.jsonl']) await utimes(join(data, name), 1, 1);
  const [live, tail] = [createLive(), openTail(data, 60_000)];
  await tail.read((rows) => live.add(rows));
  expect(live.view(Date.now()).processes).toEqual([]);
  await writeLive(data, 'old', [{ url: 'https://a.example/2' }]);
  await tail.read((rows) => live.add(rows));
  await tail.read((rows) => live.add(rows));
  expect(live.view(Date.now()).total.ok).toBe(1);
});

test('a crawler that fell silent is shown as quiet, without its last memory', async () => {
  await writeLive(data, 'news', [{ url: 'https://a.example/1' }]);
  const live = createLive();
  await openTail(data, 60_000).read((rows) => live.add(rows));
  const later = live.view(Date.now() + 600_000);
  expect(later.processes).toMatchObject([{ quiet: true, memoryBytes: null, ok: 1 }]);
  expect(later.total.urlsPerSecond).toBe(0);
});

test.each(['0', '-1', 'soon'])('refuses the interval %s', async (interval) => {
  expect(await look('--interval', interval)).toMatchObject({ code: 2, err: expect.stringContaining('above 0') });
});
