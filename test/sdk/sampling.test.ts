import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openIngested } from '../../src/store/open.ts';
import { readSpans, runApp, temporaryFolder, type JsonSpan } from './child.ts';

const PAGES = 4000;
const RATIO = 0.2;
const silent = { out: () => {}, err: () => {}, colors: false, progress: () => {} };

async function crawl(folder: string, sampling: object | undefined, args: string[] = []) {
  if (sampling) writeFileSync(join(folder, 'crawlscope.config.json'), JSON.stringify({ sampling }));
  const result = await runApp('sampled.mjs', { args: [String(PAGES), ...args], cwd: folder, env: { CRAWLSCOPE_DIR: folder } });
  expect(result).toMatchObject({ code: 0, stderr: '' });
  return readSpans(folder);
}

const urlOf = (span: JsonSpan): unknown => span.attributes.find(({ key }) => key === 'url.full')?.value['stringValue'];

test('every page, and all spans of failed and retried pages, are kept', async () => {
  using folder = temporaryFolder();
  const spans = await crawl(folder.path, { ratio: RATIO });
  expect(spans.filter((span) => span.name === 'crawl.page')).toHaveLength(PAGES);
  const stages = Map.groupBy(
    spans.filter((span) => span.name !== 'crawl.page'),
    (span) => Number(/\d+$/.exec(String(urlOf(span)))?.[0]),
  );
  for (let i = 0; i < PAGES; i++) {
    const names = (stages.get(i) ?? []).map((span) => span.name);
    if (i % 25 === 1) expect(names).toEqual(['crawl.fetch', 'crawl.embed', 'crawl.extract']);
    else if (i % 50 === 0) expect(names).toEqual(['crawl.fetch', 'crawl.embed']);
    else expect([0, 2]).toContain(names.length);
  }
});

test('a slow page is kept whole', async () => {
  using folder = temporaryFolder();
  const spans = await crawl(folder.path, { ratio: 0.001, slowMs: 0 });
  expect(spans).toHaveLength(1 + 3 * PAGES + PAGES / 25);
});

test('a page that the end of the process cuts off keeps its stages', async () => {
  using folder = temporaryFolder();
  const spans = await crawl(folder.path, { ratio: 0.001 }, ['cut']);
  expect(spans.filter((span) => urlOf(span) === 'https://h.example/open').map((span) => span.name)).toEqual(['crawl.fetch']);
});

test('weighted counts of a sampled crawl agree with those of the full one within the expected error', async () => {
  using full = temporaryFolder();
  using sampled = temporaryFolder();
  await Promise.all([crawl(full.path, undefined), crawl(sampled.path, { ratio: RATIO })]);
  const [all, some] = await Promise.all([count(full.path), count(sampled.path)]);
  expect(some.pages).toEqual(all.pages);
  expect(some.failures).toEqual(all.failures);
  expect(some.rows).toBeLessThan(all.rows / 2);
  // Five standard deviations of a sum of `rows` draws that weigh 1 / ratio each; wrong once in two million runs.
  const tolerance = (rows: number): number => 5 * Math.sqrt((rows * (1 - RATIO)) / RATIO);
  for (const key of ['fetches', 'embeds', 'hits'] as const)
    expect(Math.abs(some[key] - all[key]), key).toBeLessThan(tolerance(all[key]));
});

interface Counts {
  fetches: number;
  embeds: number;
  hits: number;
  rows: number;
}

async function count(folder: string) {
  const place = { data: join(folder, 'otlp'), store: join(folder, 'store.duckdb'), json: false, now: Date.now() * 1000 };
  const store = await openIngested(place, silent);
  try {
    const pages = await store.query(
      'SELECT category, sum(weight) AS pages, round(sum(score), 6) AS score FROM pages GROUP BY 1 ORDER BY 1',
    );
    const failures = await store.query(
      'SELECT stage, error_type, count(*) AS failures FROM failures GROUP BY 1, 2 ORDER BY 1, 2',
    );
    const [stages] = await store.query<Counts>(
      `SELECT sum(CASE WHEN stage = 'fetch' THEN weight ELSE 0 END) AS fetches,
         sum(CASE WHEN stage = 'embed' THEN weight ELSE 0 END) AS embeds,
         sum(CASE WHEN cache_hit THEN weight ELSE 0 END) AS hits, count(*) AS rows FROM stages`,
    );
    if (stages === undefined) throw new Error('no stages');
    return { pages, failures, ...stages };
  } finally {
    await store.close();
  }
}
