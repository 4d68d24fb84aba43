import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeRoom } from '../../src/sdk/disk-limit.ts';
import { droppedTotals } from '../../src/sdk/dropped.ts';
import { openSignalFile } from '../../src/sdk/file-exporter.ts';
import { filesOf, readMetrics, readSpans, runApp, temporaryFolder } from './child.ts';

const line = Buffer.from(
  `{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"1"},{"spanId":"2"}]}]}],"pad":"${'x'.repeat(900)}"}\n`,
);
const dropped = (key: string): number => droppedTotals().get(key) ?? 0;

test('spans are written as the collector writes them', async () => {
  using folder = temporaryFolder();
  await runApp('ending.mjs', {
    args: ['normal', '2'],
    cwd: folder.path,
    env: { OTEL_SERVICE_NAME: 'shop', OTEL_RESOURCE_ATTRIBUTES: 'team=a' },
  });
  const [first] = readSpans(`${folder.path}/.crawlscope`);
  expect(first).toMatchObject({
    traceId: expect.stringMatching(/^[\da-f]{32}$/),
    spanId: expect.stringMatching(/^[\da-f]{16}$/),
    startTimeUnixNano: expect.stringMatching(/^\d{19}$/),
    kind: 1,
  });
});

test('files are rotated by size and keep every span', async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'crawlscope.config.json'), JSON.stringify({ fileLimit: 200_000 }));
  await runApp('ending.mjs', { args: ['exit0', '2000'], cwd: folder.path });
  const files = filesOf(`${folder.path}/.crawlscope`, 'traces');
  expect(files.length).toBeGreaterThan(3);
  expect(readSpans(`${folder.path}/.crawlscope`)).toHaveLength(4001);
});

test('a disk limit deletes the oldest closed files and counts what was in them', () => {
  using folder = temporaryFolder();
  const before = dropped('traces disk_limit');
  const file = openSignalFile('traces', { directory: folder.path, fileLimit: 5000, diskLimit: 20_000 });
  for (let i = 0; i < 100; i++) file.write(line, 2);
  const names = readdirSync(folder.path);
  const bytes = names.reduce((sum, name) => sum + statSync(join(folder.path, name)).size, 0);
  expect(bytes).toBeLessThanOrEqual(20_000);
  expect(names).toContain(file.path().split('/').at(-1));
  const kept = bytes / line.length;
  expect(dropped('traces disk_limit') - before).toBe(2 * (100 - kept));
});

test('a disk limit spares the file another living process writes', () => {
  using folder = temporaryFolder();
  const living = join(folder.path, `traces-${process.ppid}-1-0.jsonl`);
  const dead = join(folder.path, 'traces-999999999-1-0.jsonl');
  for (const path of [living, dead]) writeFileSync(path, 'x'.repeat(10_000));
  expect(makeRoom(folder.path, 1000, 15_000)).toBe(true);
  expect(readdirSync(folder.path)).toEqual([`traces-${process.ppid}-1-0.jsonl`]);
  expect(makeRoom(folder.path, 6000, 15_000)).toBe(false);
});

test('a write that fails is counted, and writing goes on when it can', () => {
  using folder = temporaryFolder();
  const directory = join(folder.path, 'otlp');
  writeFileSync(directory, 'a file is in the way');
  const before = dropped('traces write_failed');
  const file = openSignalFile('traces', { directory, fileLimit: 5000, diskLimit: 20_000 });
  file.write(line, 2);
  expect(dropped('traces write_failed') - before).toBe(2);
  rmSync(directory);
  file.write(line, 2);
  expect(file.written()).toBe(2);
  expect(statSync(file.path()).size).toBe(line.length);
});

test('a folder that cannot be written changes nothing but a warning', async () => {
  using folder = temporaryFolder();
  const blocked = join(folder.path, 'blocked');
  mkdirSync(blocked);
  writeFileSync(join(blocked, 'otlp'), '');
  chmodSync(blocked, 0o500);
  const result = await runApp('ending.mjs', { args: ['normal'], cwd: folder.path, env: { CRAWLSCOPE_DIR: blocked } });
  expect(result.code).toBe(0);
  expect(result.stderr.match(/telemetry is being dropped \(traces, write_failed\)/g)).toHaveLength(1);
});

test('the metrics of what was dropped name signal and reason', async () => {
  using folder = temporaryFolder();
  const dir = join(folder.path, '.crawlscope');
  mkdirSync(dir);
  writeFileSync(join(folder.path, 'crawlscope.config.json'), JSON.stringify({ diskLimit: 100_000, fileLimit: 200_000 }));
  const result = await runApp('ending.mjs', { args: ['normal', '2000'], cwd: folder.path });
  expect(result.code).toBe(0);
  expect(result.stderr).toContain('(traces, disk_limit)');
  const points = readMetrics(dir).find((metric) => metric.name === 'crawl.telemetry.dropped')?.sum?.dataPoints;
  expect(points).toMatchObject([
    {
      attributes: [{ value: { stringValue: 'traces' } }, { value: { stringValue: 'disk_limit' } }],
      asDouble: expect.any(Number),
    },
  ]);
  const total = filesOf(dir, '').reduce((sum, path) => sum + statSync(path).size, 0);
  expect(total).toBeLessThanOrEqual(100_000);
});
