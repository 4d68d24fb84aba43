import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

const STAGES = ['fetch', 'extract', 'classify', 'embed', 'store'] as const;
const CATEGORIES = ['politics', 'science', 'sports', 'culture', 'business', 'travel'];
const SPANS_PER_LINE = 512;
/** Pages that are crawled at the same time, so that their spans end in turns. */
const CONCURRENCY = 8;

/** Writes `bytes` of OTLP JSON lines, as a crawler's exporter writes them: pages with their five stages, 512 spans a line or few more. */
export async function writeCrawlTraces(path: string, bytes: number): Promise<{ spans: number; bytes: number }> {
  const out = createWriteStream(path);
  const random = generator(42);
  let written = 0;
  let spans = 0;
  let page = 0;
  while (written < bytes) {
    const batch: object[] = [];
    while (batch.length < SPANS_PER_LINE) {
      const pages = Array.from({ length: CONCURRENCY }, () => crawlPage(page++, random));
      for (let stage = 0; stage <= STAGES.length; stage++) batch.push(...pages.map((spans) => spans[stage]!));
    }
    const line = `${JSON.stringify({ resourceSpans: [{ resource: RESOURCE, scopeSpans: [{ scope: { name: 'crawlscope', version: '0.1.0' }, spans: batch }] }] })}\n`;
    written += line.length;
    spans += batch.length;
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  return { spans, bytes: written };
}

const RESOURCE = {
  attributes: attributes({
    'service.name': 'bench-crawler',
    'service.version': '1.0.0',
    'host.name': 'crawler-1',
    'process.pid': 4242,
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.version': '3.1.0',
  }),
};

function crawlPage(page: number, random: () => number): object[] {
  const traceId = hex(random, 32);
  const pageId = hex(random, 16);
  const domain = `site-${page % 97}.example`;
  const url = `https://${domain}/articles/${Math.floor(random() * 1e6)}/a-title-in-the-path-${page}`;
  const startNs = 1_763_884_800_000_000_000n + BigInt(page) * 40_000_000n;
  const category = CATEGORIES[Math.floor(random() * CATEGORIES.length)]!;
  const failed = random() < 0.05;
  const shared = { 'url.full': url, 'url.domain': domain, 'crawl.retry.count': 0, 'crawl.model.version': 'use-lite@0.2.0' };
  const stages = STAGES.map((stage, index) => ({
    traceId,
    spanId: hex(random, 16),
    parentSpanId: pageId,
    name: `crawl.${stage}`,
    kind: 1,
    startTimeUnixNano: String(startNs + BigInt(index) * 3_000_000n),
    endTimeUnixNano: String(startNs + BigInt(index) * 3_000_000n + BigInt(Math.floor(random() * 3e6))),
    attributes: attributes({
      ...shared,
      'crawl.stage': stage,
      ...(stage === 'fetch' && {
        'http.request.method': 'GET',
        'http.response.status_code': failed ? 503 : 200,
        'http.response.body.size': Math.floor(random() * 2e5),
      }),
    }),
    status: failed && stage === 'fetch' ? { code: 2, message: 'HTTP 503' } : {},
    events: failed && stage === 'fetch' ? [exception(startNs, shared)] : [],
    links: [],
  }));
  const root = {
    traceId,
    spanId: pageId,
    name: 'crawl.page',
    kind: 5,
    startTimeUnixNano: String(startNs),
    endTimeUnixNano: String(startNs + 20_000_000n),
    attributes: attributes({
      ...shared,
      'crawl.stage': 'page',
      'crawl.run.id': 'run-1',
      'crawl.page.score': random(),
      'crawl.page.category': category,
      'crawl.page.tags': [category, CATEGORIES[page % 6]!],
      'crawl.page.length': Math.floor(random() * 2e4),
      'crawl.page.content_hash': hex(random, 64),
      'crawl.threshold.value': 0.5,
      'crawl.threshold.passed': random() > 0.3,
      'crawl.extraction.method': 'readability',
      'crawl.queue.wait': random(),
    }),
    status: failed ? { code: 2 } : {},
    events: [],
    links: [
      { traceId: hex(random, 32), spanId: hex(random, 16), attributes: attributes({ 'crawl.link.type': 'discovered_by' }) },
    ],
  };
  return [...stages, root];
}

function exception(startNs: bigint, shared: Readonly<Record<string, string | number>>): object {
  const details = {
    ...shared,
    'exception.type': 'HttpError',
    'exception.message': 'HTTP 503',
    'crawl.stage': 'fetch',
    'crawl.retry.scheduled': false,
  };
  return { name: 'exception', timeUnixNano: String(startNs + 2_000_000n), attributes: attributes(details) };
}

function attributes(values: Readonly<Record<string, string | number | boolean | string[]>>): object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: string | number | boolean | string[]): object {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
}

function hex(random: () => number, digits: number): string {
  let text = '';
  while (text.length < digits)
    text += Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, digits);
}

/** Mulberry32: the same file on every machine. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
