import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendLogs, appendSpans } from '../../src/store/append.ts';
import { openIngested } from '../../src/store/open.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'crawlscope-'))));
afterEach(() => rm(folder, { recursive: true }));

async function readLogs() {
  const store = await openIngested({ data: folder, store: ':memory:' });
  const rows = await store.query<Record<string, unknown>>('SELECT * FROM logs ORDER BY time_us');
  await store.close();
  return { rows, skipped: store.ingested.skipped };
}

test('an appended log record is read back whole', async () => {
  const attributes = { text: 'crawled \u0000 \ud83d\ude00', count: 3, share: 0.5, list: ['a', 'b'], yes: true };
  await appendLogs(folder, 'labels.jsonl', [
    { eventName: 'crawl.label', timeUs: 1_700_000_000_123_456, traceId: 'ab'.repeat(16), attributes },
  ]);
  const { rows, skipped } = await readLogs();
  expect(skipped).toEqual([]);
  expect(rows).toMatchObject([
    { event_name: 'crawl.label', time_us: 1_700_000_000_123_456, trace_id: 'ab'.repeat(16), severity: 9 },
  ]);
  expect(JSON.parse(rows[0]?.['attributes'] as string)).toEqual(attributes);
});

test('a line that a crash cut off costs only itself', async () => {
  await appendLogs(folder, 'labels.jsonl', [{ eventName: 'one', timeUs: 1e15, attributes: {} }]);
  await appendFile(join(folder, 'labels.jsonl'), '{"resourceLogs":[{"resource":{"attr');
  await appendLogs(folder, 'labels.jsonl', [{ eventName: 'two', timeUs: 2e15, attributes: {} }]);
  const { rows, skipped } = await readLogs();
  expect(rows.map((row) => row['event_name'])).toEqual(['one', 'two']);
  expect(skipped).toHaveLength(1);
});

test('writers at the same time do not tear each other apart', async () => {
  const times = Array.from({ length: 40 }, (_, index) => 1e15 + index);
  await Promise.all(
    times.map((timeUs) => appendLogs(folder, 'labels.jsonl', [{ eventName: 'many', timeUs, attributes: { timeUs } }])),
  );
  expect((await readLogs()).rows.map((row) => row['time_us'])).toEqual(times);
});

test('an appended span is read back as a stage of its trace, its exception as a failure', async () => {
  const ids = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), parentSpanId: 'ef'.repeat(8) };
  const attributes = { 'crawl.stage': 'embed', 'crawl.page.content_hash': 'h' };
  const events = [{ name: 'exception', timeUs: 1.5e15, attributes: { 'exception.message': 'no', 'crawl.stage': 'embed' } }];
  await appendSpans(folder, 'retries.jsonl', [
    { ...ids, name: 'crawl.embed', startUs: 1e15, endUs: 1.5e15, failed: true, attributes, events },
  ]);
  const store = await openIngested({ data: folder, store: ':memory:' });
  expect(await store.query('SELECT * FROM stages')).toMatchObject([
    { trace_id: ids.traceId, parent_span_id: ids.parentSpanId, start_us: 1e15, status: 2, content_hash: 'h' },
  ]);
  expect(await store.query('SELECT * FROM failures')).toMatchObject([{ span_id: ids.spanId, message: 'no', time_us: 1.5e15 }]);
  await store.close();
});
