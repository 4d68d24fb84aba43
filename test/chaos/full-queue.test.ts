import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { sendLoad } from './load.ts';
import { figure, spansOnDisk } from './record.ts';
import { collectorFor, makeWorkspace, selfMetric } from './workspace.ts';

test('a full queue to Jaeger costs only that copy: every request is taken, every line is written once', async () => {
  const env = { JAEGER_ENDPOINT: '127.0.0.1:9', QUEUE_ITEMS: '1000' };
  const collector = await collectorFor({ directory: join(makeWorkspace(), 'collector'), env });
  const load = await sendLoad(collector.otlpUrl, { requests: 100, spans: 50 });

  expect([load.acknowledged.size, load.refusals]).toEqual([5000, 0]);
  const onDisk = spansOnDisk(collector.dataDir);
  expect(onDisk.size).toBe(5000);
  expect([...onDisk.values()].filter((count) => count > 1)).toEqual([]);
  const dropped = await vi.waitFor(
    async () => {
      const [refused, queued] = await Promise.all([
        selfMetric(collector, 'otelcol_exporter_enqueue_failed_spans_total'),
        selfMetric(collector, 'otelcol_exporter_queue_size'),
      ]);
      expect(refused + queued).toBe(5000);
      return refused;
    },
    { timeout: 30_000, interval: 200 },
  );
  expect(dropped).toBeGreaterThanOrEqual(4000);
  figure('full queue', {
    sent: 5000,
    'in the files': onDisk.size,
    'written twice': 0,
    'dropped before Jaeger, counted': dropped,
  });
});
