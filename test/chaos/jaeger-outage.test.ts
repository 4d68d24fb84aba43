import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { findTraces, jaegerPorts, startJaeger } from '../programs/jaeger.ts';
import { sendLoad } from './load.ts';
import { figure, spansOnDisk } from './record.ts';
import { collectorFor, makeWorkspace, selfMetric, stopAtEnd } from './workspace.ts';

test('Jaeger down and back, with a kill -9 of the collector in between: no span is lost', async () => {
  const directory = makeWorkspace();
  const ports = await jaegerPorts();
  const env = { JAEGER_ENDPOINT: `127.0.0.1:${ports.JAEGER_OTLP_PORT}` };
  const collector = await collectorFor({ directory: join(directory, 'collector'), env });
  const jaeger = stopAtEnd(await startJaeger(join(directory, 'jaeger'), ports));

  const before = await sendLoad(collector.otlpUrl, { requests: 5, spans: 100 });
  await vi.waitFor(async () => expect(await countTraces(jaeger.queryUrl)).toBe(500), { timeout: 60_000, interval: 500 });
  await jaeger.stop();
  const during = await sendLoad(collector.otlpUrl, { requests: 10, spans: 100 });
  await vi.waitFor(async () => expect(await selfMetric(collector, 'otelcol_exporter_queue_size')).toBe(1000), {
    timeout: 30_000,
  });
  await collector.stop('SIGKILL');
  stopAtEnd(await collector.restart());
  const back = Date.now();
  stopAtEnd(await jaeger.restart());
  await vi.waitFor(async () => expect(await countTraces(jaeger.queryUrl)).toBe(1500), { timeout: 120_000, interval: 500 });

  const sent = before.acknowledged.size + during.acknowledged.size;
  expect([sent, spansOnDisk(collector.dataDir).size]).toEqual([1500, 1500]);
  figure('Jaeger down and back', { sent, 'in Jaeger': 1500, 'seconds to catch up': ((Date.now() - back) / 1000).toFixed(1) });
});

test('an ordinary restart of the collector while Jaeger is down loses no span either', async () => {
  const directory = makeWorkspace();
  const ports = await jaegerPorts();
  const env = { JAEGER_ENDPOINT: `127.0.0.1:${ports.JAEGER_OTLP_PORT}` };
  const collector = await collectorFor({ directory: join(directory, 'collector'), env });
  await sendLoad(collector.otlpUrl, { requests: 10, spans: 100 });
  await collector.stop('SIGTERM');
  stopAtEnd(await collector.restart());
  const jaeger = stopAtEnd(await startJaeger(join(directory, 'jaeger'), ports));
  await vi.waitFor(async () => expect(await countTraces(jaeger.queryUrl)).toBe(1000), { timeout: 60_000, interval: 500 });
});

/** Every span of the load is a trace of its own. */
async function countTraces(queryUrl: string): Promise<number> {
  return (await findTraces({ queryUrl }, 'chaos', { limit: 5000 })).length;
}
