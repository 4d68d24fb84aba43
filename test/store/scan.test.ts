import * as fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeAttributes } from '../../src/otlp/encode.ts';
import { openIngested } from '../../src/store/open.ts';
import { SLOTS } from '../../src/store/slots.ts';
import { otlpSpan, traceLine } from '../otlp/samples.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'crawlscope-scan-'))));
afterEach(() => rm(folder, { recursive: true }));

const TABLES = ['spans', 'pages', 'stages', 'failures', 'runs'];
const ids = (digits: number) =>
  fc
    .array(fc.constantFrom(...Array.from('0123456789abcdef')), { minLength: digits, maxLength: digits })
    .map((list) => list.join(''));
const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', '0', 'true', 'https://u:p@e.org:81/a?b#c', 'e.org'),
);
const keys = fc.oneof(
  fc.constantFrom(...SLOTS.map(([name]) => name as string)),
  fc.string({ maxLength: 8 }),
  fc.constant('__proto__'),
);
const anyValue = fc.oneof(
  words.map((stringValue) => ({ stringValue })),
  fc.maxSafeInteger().map((intValue) => ({ intValue })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ intValue: String(value) })),
  fc.double().map((value) => ({ doubleValue: Number.isFinite(value) ? value : String(value) })),
  fc.boolean().map((boolValue) => ({ boolValue })),
  fc.array(words, { maxLength: 3 }).map((values) => ({ arrayValue: { values: values.map((stringValue) => ({ stringValue })) } })),
  fc
    .array(fc.double(), { maxLength: 3 })
    .map((values) => ({ arrayValue: { values: values.map((doubleValue) => ({ doubleValue })) } })),
  fc.constant({ bytesValue: 'AQID' }),
  fc.constant({}),
);
const attributes = fc.uniqueArray(fc.record({ key: keys, value: anyValue }), { selector: ({ key }) => key, maxLength: 12 });
const span = fc.record(
  {
    traceId: ids(32),
    spanId: ids(16),
    parentSpanId: fc.oneof(ids(16), fc.constant('')),
    traceState: fc.constantFrom('', 'ot=th:c', 'x="y"'),
    name: fc.oneof(fc.constantFrom('crawl.page', 'crawl.fetch', 'crawl.run', 'crawl.', 'GET'), words),
    kind: fc.oneof(fc.nat(5), fc.constantFrom('SPAN_KIND_CLIENT', null)),
    startTimeUnixNano: fc.constantFrom('1763884800000000123', '0', 1763884800000000000, '99', 'x'),
    endTimeUnixNano: fc.constantFrom('1763884801000000000', '1763884700000000000', ''),
    attributes: fc.oneof(attributes, fc.constantFrom(null, {})),
    droppedAttributesCount: fc.nat(3),
    events: fc.array(
      fc.record(
        { timeUnixNano: fc.constant('1763884800500000000'), name: fc.constantFrom('exception', 'x'), attributes },
        { requiredKeys: ['name'] },
      ),
      { maxLength: 2 },
    ),
    links: fc.array(
      fc.record(
        {
          traceId: ids(32),
          spanId: ids(16),
          attributes: fc.oneof(
            attributes,
            fc.constantFrom('discovered_by', 'run').map((stringValue) => [{ key: 'crawl.link.type', value: { stringValue } }]),
          ),
          flags: fc.constant(257),
        },
        { requiredKeys: ['traceId', 'spanId'] },
      ),
      { maxLength: 3 },
    ),
    status: fc.oneof(
      fc.record({ code: fc.constantFrom(0, 1, 2, 'STATUS_CODE_ERROR'), message: words }, { requiredKeys: [] }),
      fc.constant(null),
    ),
    flags: fc.constant(257),
  },
  { requiredKeys: ['traceId', 'spanId', 'name', 'startTimeUnixNano', 'endTimeUnixNano'] },
);

async function contents(text: string): Promise<unknown> {
  const data = await mkdtemp(join(folder, 'data-'));
  await writeFile(join(data, 'traces.jsonl'), text);
  const store = await openIngested({ data, store: ':memory:' });
  const { spans, duplicates, skipped } = store.ingested;
  const rows: Record<string, unknown> = { spans, duplicates, skipped: skipped.map(({ reason }) => reason) };
  for (const table of TABLES) rows[table] = await store.query(`SELECT * FROM ${table} ORDER BY ALL`);
  await store.close();
  return rows;
}

test('a line read byte by byte gives the rows of the same line parsed as JSON', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(span, { minLength: 1, maxLength: 12 }), async (spans) => {
      const request = { resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: {}, spans }] }] };
      const compact = JSON.stringify(request);
      // With a blank behind it, no line is as exporters write it.
      expect(await contents(`${compact}\n`)).toEqual(await contents(`{ ${compact.slice(1)}\n`));
    }),
    { numRuns: 100 },
  );
}, 120_000);

test('a damaged line stops nothing, and is told where it holds no span', async () => {
  const damage = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0x20, max: 0x7e }), cut: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.array(span, { minLength: 1, maxLength: 4 }),
      fc.array(damage, { minLength: 1, maxLength: 4 }),
      async (spans, damages) => {
        const request = { resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: {}, spans }] }] };
        let bytes = Buffer.from(JSON.stringify(request));
        for (const { at, byte, cut } of damages) {
          if (cut) bytes = Buffer.concat([bytes.subarray(0, at % bytes.length), bytes.subarray((at % bytes.length) + 7)]);
          else bytes[at % bytes.length] = byte;
        }
        const whole = traceLine(otlpSpan({ spanId: '7'.repeat(16), name: 'crawl.page' }));
        const rows = await contents(`${bytes.toString('latin1')}\n${whole}\n`);
        expect(rows).toMatchObject({ pages: expect.arrayContaining([expect.objectContaining({ span_id: '7'.repeat(16) })]) });
        const { spans: read, skipped } = rows as { spans: unknown[]; skipped: unknown[] };
        expect(read.length > 1 || skipped.length > 0).toBe(true);
      },
    ),
    { numRuns: 100 },
  );
}, 120_000);

test('what is written anew of a span may be longer than the span', async () => {
  const tags = Array.from({ length: 100_000 }, (_, index) => `t${index}`);
  // The database cannot hold this in a text, so that all of the attribute is kept as JSON as well.
  tags.push('nul\u0000');
  const written = { before: 'a', 'crawl.page.tags': tags, after: 'b', escaped: '"', other: [1] };
  const data = await mkdtemp(join(folder, 'data-'));
  const spans = ['crawl.page', 'GET'].map((name, index) => ({
    ...otlpSpan({ name, spanId: String(index + 1).repeat(16) }),
    attributes: encodeAttributes(written),
  }));
  await writeFile(join(data, 'traces.jsonl'), `${traceLine(...spans)}\n`);
  const store = await openIngested({ data, store: ':memory:' });
  const rows = await store.query<{ attributes: string }>('SELECT attributes FROM spans ORDER BY span_id');
  const pages = await store.query<{ tags: string[] }>('SELECT tags FROM pages');
  await store.close();
  expect(rows.map((row) => JSON.parse(row.attributes) as unknown)).toEqual([written, written]);
  expect(pages).toEqual([{ tags: [...tags.slice(0, -1), 'nul\uFFFD'] }]);
});

test('attributes come back as they were written, whether a column holds them or not', async () => {
  const written = {
    'url.full': 'https://user@example.org:8080/ä?q=1',
    'url.domain': 'example.org',
    'crawl.retry.count': 3,
    'crawl.stage': 'fetch',
    'crawl.run.id': 'r',
    'crawl.page.tags': ['a', 'b"c'],
    'crawl.page.score': '0.5',
    'crawl.page.length': 12.5,
    'http.response.status_code': 200,
    'http.request.method': 'GET',
    'server.port': 443,
    own: { deep: [1, 'x', true] },
    escaped: 'tab\tand "quote"',
  };
  const attempts = [
    { ...otlpSpan({ name: 'crawl.page', spanId: '1'.repeat(16) }), attributes: encodeAttributes(written) },
    { ...otlpSpan({ name: 'crawl.fetch', spanId: '2'.repeat(16) }), attributes: encodeAttributes(written) },
    { ...otlpSpan({ name: 'GET', spanId: '3'.repeat(16) }), attributes: encodeAttributes(written) },
    otlpSpan({ name: 'crawl.page', spanId: '4'.repeat(16), attributes: {} }),
    otlpSpan({ name: 'crawl.store', spanId: '5'.repeat(16), attributes: { 'url.full': 'https://other.org/' } }),
  ];
  const data = await mkdtemp(join(folder, 'data-'));
  await writeFile(join(data, 'traces.jsonl'), `${traceLine(...attempts)}\n`);
  const store = await openIngested({ data, store: ':memory:' });
  const rows = await store.query<{ attributes: string }>('SELECT attributes FROM spans ORDER BY span_id');
  const derived = await store.query('SELECT domain, stage, retry FROM stages ORDER BY span_id');
  await store.close();
  expect(rows.map((row) => JSON.parse(row.attributes) as unknown)).toEqual([
    written,
    written,
    written,
    {},
    { 'url.full': 'https://other.org/' },
  ]);
  expect(derived).toEqual([
    { domain: 'example.org', stage: 'fetch', retry: 3 },
    { domain: 'other.org', stage: 'store', retry: 0 },
  ]);
});
