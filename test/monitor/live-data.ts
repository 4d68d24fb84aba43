import { randomBytes } from 'node:crypto';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePoints, encodeSpans, type PlainPoint, type PlainSpan } from '../fixtures/generate/otlp-json.ts';

/** A page as a crawler has just finished it. */
export interface LivePageData {
  readonly url: string;
  readonly seconds?: number;
  readonly error?: string;
  readonly retryScheduled?: boolean;
}

const id = (bytes: number): string => randomBytes(bytes).toString('hex');

/** Appends what crawler `name` would have written by now: one page with a fetch stage each, memory, CPU and queue. */
export async function writeLive(
  folder: string,
  name: string,
  pages: readonly LivePageData[],
  cache?: { readonly hits: number; readonly misses: number },
) {
  await mkdir(folder, { recursive: true });
  const resource = { 'service.name': name, 'service.instance.id': `${name}-1`, 'process.pid': 4242 };
  const now = Date.now() * 1000;
  const at = { timeUs: now, startUs: now - 90e6 };
  const points = [
    { ...at, name: 'process.memory.usage', unit: 'By', value: 256 * 2 ** 20 },
    { ...at, name: 'process.cpu.utilization', unit: '1', value: 0.3, attributes: { 'process.cpu.state': 'user' } },
    { ...at, name: 'process.cpu.utilization', unit: '1', value: 0.1, attributes: { 'process.cpu.state': 'system' } },
    { ...at, name: 'crawl.queue.size', unit: '{request}', value: 40 },
    ...(cache ? [lookups(at, true, cache.hits), lookups(at, false, cache.misses)] : []),
  ];
  const spans = pages.flatMap((page) => pageSpans(page, now));
  await appendFile(join(folder, `traces-${name}.jsonl`), `${encodeSpans(resource, spans)}\n`);
  await appendFile(join(folder, `metrics-${name}.jsonl`), `${encodePoints(resource, points)}\n`);
}

function lookups(at: { timeUs: number; startUs: number }, hit: boolean, value: number): PlainPoint {
  return { ...at, name: 'crawl.cache.lookups', unit: '{lookup}', counter: true, value, attributes: { 'crawl.cache.hit': hit } };
}

function pageSpans({ url, seconds = 1, error, retryScheduled = false }: LivePageData, endUs: number): PlainSpan[] {
  const [traceId, spanId] = [id(16), id(8)];
  const startUs = endUs - seconds * 1e6;
  const shared = { 'url.full': url, 'crawl.retry.count': 0, 'error.type': error };
  const failure = { 'exception.type': 'Error', 'crawl.retry.scheduled': retryScheduled, 'crawl.stage': 'fetch' };
  const fetch = {
    traceId,
    spanId: id(8),
    parentSpanId: spanId,
    name: 'crawl.fetch',
    kind: 3,
    startUs,
    endUs,
    failed: error !== undefined,
    attributes: { ...shared, 'crawl.stage': 'fetch', 'crawl.cache.hit': true },
    events: error === undefined ? [] : [{ timeUs: endUs, name: 'exception', attributes: failure }],
  };
  const page = { traceId, spanId, name: 'crawl.page', kind: 5, startUs, endUs, failed: error !== undefined, attributes: shared };
  return [fetch, page];
}
