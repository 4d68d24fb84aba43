import * as fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openIngested } from '../../src/store/open.ts';
import type { Row } from '../../src/store/tables.ts';
import { hex, otlpSpan, traceLine } from '../otlp/samples.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'crawlscope-vectors-'))));
afterEach(() => rm(folder, { recursive: true }));

const words = fc.string({ unit: 'binary', maxLength: 30 }).filter((text) => !text.includes('\u0000'));
const pages = fc.array(
  fc.record({
    category: words,
    tags: fc.array(words, { maxLength: 3 }),
    score: fc.double({ noNaN: true, noDefaultInfinity: true }),
  }),
  { minLength: 1, maxLength: 40 },
);

async function load(...lines: string[]) {
  const data = await mkdtemp(join(folder, 'data-'));
  await writeFile(join(data, 'otlp.jsonl'), lines.map((line) => `${line}\n`).join(''));
  return openIngested({ data, store: ':memory:' });
}

test('texts of any length and script, lists and numbers come back as they were', async () => {
  await fc.assert(
    fc.asyncProperty(pages, async (wanted) => {
      const spans = wanted.map(({ category, tags, score }, id) => {
        const attributes = { 'crawl.page.category': category, 'crawl.page.tags': tags, 'crawl.page.score': score };
        return otlpSpan({ spanId: hex(id + 1, 16), attributes });
      });
      const store = await load(traceLine(...spans));
      const rows = await store.query<Row<'pages'>>('SELECT category, tags, score FROM pages ORDER BY span_id');
      await store.close();
      expect(rows).toEqual(wanted.map((page) => ({ ...page, category: page.category || null, score: page.score + 0 })));
    }),
    { numRuns: 25 },
  );
});

test('more rows than the database takes at once keep their order, their nulls and their links to failures', async () => {
  const count = 5000;
  const spans = Array.from({ length: count }, (_, id) =>
    otlpSpan({
      spanId: hex(id + 1, 16),
      traceId: hex(id + 1, 32),
      attributes: { ...(id % 3 > 0 && { 'url.full': `https://example.org/${'ü'.repeat(id % 20)}/${id}` }) },
      ...(id % 7 === 0 && { events: [{ name: 'exception', attributes: { 'exception.message': `no ${id}` } }] }),
    }),
  );
  const store = await load(traceLine(...spans), traceLine(...spans.slice(0, 100)));
  expect(store.ingested).toMatchObject({ spans: count, duplicates: 100 });
  const urls = await store.query<{ url: string | null }>('SELECT url FROM pages ORDER BY span_id');
  expect(urls.map(({ url }) => url)).toEqual(
    Array.from({ length: count }, (_, id) => (id % 3 > 0 ? `https://example.org/${'ü'.repeat(id % 20)}/${id}` : null)),
  );
  const failures = await store.query<{ span_id: string; message: string }>('SELECT span_id, message FROM failures');
  await store.close();
  expect(failures).toHaveLength(Math.ceil(count / 7));
  for (const { span_id, message } of failures) expect(message).toBe(`no ${Number.parseInt(span_id, 16) - 1}`);
});
