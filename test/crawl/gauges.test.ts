import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { queueSize, storeSize } from '../../src/index.ts';
import { hashConfig } from '../../src/crawl/run.ts';
import { observeProcesses, observeStores } from '../../src/sdk/gauges.ts';
import { temporaryFolder } from '../sdk/child.ts';
import { startTelemetry } from './telemetry.ts';

let telemetry: ReturnType<typeof startTelemetry>;
beforeEach(() => {
  telemetry = startTelemetry();
});
afterEach(() => telemetry.stop());

test('queue and store sizes are asked at each collection, and may fail', async () => {
  let waiting = 3;
  const stop = queueSize(() => waiting--);
  storeSize('lancedb', async () => 1000);
  storeSize('broken', () => {
    throw new Error('no such store');
  });
  expect(await telemetry.points('crawl.queue.size')).toEqual([{ attributes: {}, value: 3 }]);
  expect(await telemetry.points('crawl.queue.size')).toEqual([{ attributes: {}, value: 2 }]);
  expect(await telemetry.points('crawl.store.size')).toEqual([{ attributes: { 'db.system.name': 'lancedb' }, value: 1000 }]);
  stop();
  const left = waiting;
  await telemetry.points('crawl.queue.size');
  expect(waiting).toBe(left);
});

test('a store folder is measured with everything in it', async () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'inner'));
  writeFileSync(join(folder.path, 'a'), 'x'.repeat(100));
  writeFileSync(join(folder.path, 'inner', 'b'), 'x'.repeat(23));
  observeStores({ lancedb: folder.path, chroma: join(folder.path, 'absent') });
  observeProcesses();
  expect(await telemetry.points('crawl.store.size')).toEqual([{ attributes: { 'db.system.name': 'lancedb' }, value: 123 }]);
  const [processes] = await telemetry.points('crawl.process.count');
  expect(processes?.value).toBeGreaterThanOrEqual(1);
});

test('a configuration has one hash whatever the order of its keys', () => {
  const cyclic: Record<string, unknown> = { a: 1 };
  cyclic['self'] = cyclic;
  expect(hashConfig({ a: 1, b: { d: [1, 2], c: /x/ } })).toBe(hashConfig({ b: { c: /x/, d: [1, 2] }, a: 1 }));
  expect(hashConfig({ a: 1 })).not.toBe(hashConfig({ a: 2 }));
  expect(hashConfig([1, 2])).not.toBe(hashConfig([2, 1]));
  expect(hashConfig(cyclic)).toMatch(/^[\da-f]{64}$/);
});
