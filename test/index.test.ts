import { expect, test } from 'vitest';
import { runApp } from './sdk/child.ts';

test('importing crawlscope loads neither an SDK nor a database', async () => {
  const result = await runApp('loaded.mjs', { imports: [] });
  const loaded = JSON.parse(result.stdout) as string[];
  expect(loaded.some((url) => url.includes('/@opentelemetry/api/'))).toBe(true);
  expect(loaded.filter((url) => /node_modules/.test(url) && !url.includes('/@opentelemetry/api/'))).toEqual([]);
  expect(loaded.filter((url) => /dist\/(store|otlp|analyses|commands|instrumentation)\//.test(url))).toEqual([]);
});

test('SDK 2 drives the emit API', async () => {
  const result = await runApp('sdk2.mjs', { imports: [] });
  const spans = JSON.parse(result.stdout) as { name: string; attributes: Record<string, unknown> }[];
  expect(spans.map((span) => span.name)).toEqual(['crawl.fetch', 'crawl.page', 'crawl.embed', 'crawl.run']);
  expect(spans[1]?.attributes).toMatchObject({ 'crawl.run.id': 'r', 'crawl.retry.count': 1, 'crawl.threshold.passed': true });
  expect(spans[2]?.attributes).toMatchObject({ 'url.full': 'https://h.example/', 'crawl.retry.count': 1 });
});
