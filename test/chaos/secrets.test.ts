import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { filesWith } from '../programs/collector.ts';
import { findTraces, jaegerPorts, startJaeger } from '../programs/jaeger.ts';
import { keyValues, makeSpans, send, traceRequest } from '../programs/otlp.ts';
import { spansOnDisk } from './record.ts';
import { collectorFor, makeWorkspace, stopAtEnd } from './workspace.ts';

/** In each of these a secret is planted, as `PLANT`, in a form that the redaction promises to know. */
const PLANTS = [
  'https://user:PLANT@example.com/',
  'postgres://user:PLANT@db.example.com/crawl',
  'https://user:p@PLANT@example.com/',
  'https://example.com/?a=1&token=PLANT&b=2',
  'https://example.com/#access_token=PLANT',
  'https://example.com/?X-Amz-Signature=PLANT&X-Amz-Credential=PLANT',
  'GET https://example.com/?api-key=PLANT failed',
  'sent authorization: Bearer PLANT.PLANT-PLANT',
  'https://example.com/?PASSWORD=PLANT',
  'https://example.com/;session=PLANT',
];
const SECRET = 'c0ffee5ecret';
const planted = PLANTS.map((plant) => plant.replaceAll('PLANT', SECRET));

test('a planted secret reaches neither the disk, nor Jaeger, nor the metrics', async () => {
  const directory = makeWorkspace();
  const ports = await jaegerPorts();
  const jaeger = stopAtEnd(await startJaeger(join(directory, 'jaeger'), ports));
  const collector = await collectorFor({ directory: join(directory, 'collector'), env: { JAEGER_ENDPOINT: jaeger.otlpAddress } });

  const spans = planted.flatMap((plant) => plantInSpans(plant));
  const answers = [
    await send(collector.otlpUrl, 'traces', traceRequest(spans)),
    await send(collector.otlpUrl, 'logs', logRequest(planted)),
    await send(collector.otlpUrl, 'metrics', metricRequest(planted)),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);

  const traces = await vi.waitFor(
    async () => {
      const found = await findTraces(jaeger, 'chaos', { limit: 1000 });
      expect(found).toHaveLength(spans.length);
      return found;
    },
    { timeout: 60_000, interval: 500 },
  );
  const scrape = await vi.waitFor(
    async () => {
      const body = await (await fetch(`http://${collector.metricsAddress}/metrics`)).text();
      expect(body).toContain('crawl_planted');
      expect(body).toContain('traces_span_metrics_calls_total');
      return body;
    },
    { timeout: 30_000, interval: 200 },
  );
  expect(spansOnDisk(collector.dataDir).size).toBe(spans.length);
  expect(JSON.stringify(traces)).toContain('REDACTED');
  expect(JSON.stringify(traces)).not.toContain(SECRET);
  expect(scrape).not.toContain(SECRET);
  await collector.stop();
  await jaeger.stop();
  expect(await filesWith(directory, SECRET)).toEqual([]);
});

/** A span for each place of a span where text can be. */
function plantInSpans(plant: string) {
  const [name, message, attribute, list, map, event, header] = makeSpans(7);
  return [
    { ...name!, name: plant },
    { ...message!, message: plant },
    { ...attribute!, attributes: { 'url.full': plant } },
    { ...list!, attributes: { 'crawl.page.tags': ['a', plant] } },
    { ...map!, attributes: { context: { inner: { deepest: plant } } } },
    { ...event!, events: [{ 'exception.message': plant, 'exception.stacktrace': `Error: ${plant}\n    at fetch` }] },
    { ...header!, attributes: { 'http.request.header.authorization': SECRET, 'http.response.header.set-cookie': [SECRET] } },
  ];
}

function logRequest(texts: readonly string[]): object {
  const bodies = texts.flatMap((value) => [
    { stringValue: value },
    { kvlistValue: { values: keyValues({ message: value, inner: { message: value } }) } },
  ]);
  const logRecords = bodies.map((body) => ({
    timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
    body,
    attributes: keyValues({ texts }),
  }));
  return {
    resourceLogs: [{ resource: { attributes: keyValues({ 'process.command_args': texts }) }, scopeLogs: [{ logRecords }] }],
  };
}

function metricRequest(texts: readonly string[]): object {
  const timeUnixNano = String(BigInt(Date.now()) * 1_000_000n);
  const dataPoints = texts.map((value) => ({ asDouble: 1, timeUnixNano, attributes: keyValues({ value }) }));
  const metrics = [{ name: 'crawl.planted', gauge: { dataPoints } }];
  return { resourceMetrics: [{ resource: { attributes: keyValues({ 'service.name': 'chaos' }) }, scopeMetrics: [{ metrics }] }] };
}
