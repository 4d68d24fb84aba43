import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REGISTER, readSpans, runApp, temporaryFolder } from './sdk/child.ts';

test('loaded twice there is one SDK and a warning', async () => {
  using folder = temporaryFolder();
  const result = await runApp('producer.mjs', { cwd: folder.path, imports: [REGISTER, `${REGISTER}?again`] });
  expect(result.code).toBe(0);
  expect(result.stderr).toContain('loaded twice');
  expect(readSpans(`${folder.path}/.crawlscope`)).toHaveLength(2);
});

test('a CommonJS application is traced too', async () => {
  using folder = temporaryFolder();
  const app = join(folder.path, 'app.cjs');
  const index = new URL('../dist/index.js', import.meta.url).pathname;
  writeFileSync(app, `const { page } = require(${JSON.stringify(index)}); page({ url: 'https://h.example/' }, () => {});`);
  const result = await runApp(app, { cwd: folder.path });
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(readSpans(`${folder.path}/.crawlscope`)).toHaveLength(1);
});

test('a page goes on in another process, in one trace and with its URL', async () => {
  using folder = temporaryFolder();
  const env = { CRAWLSCOPE_DIR: folder.path };
  const producer = await runApp('producer.mjs', { env });
  await runApp('consumer.mjs', { env, args: [producer.stdout.trim()] });
  const spans = readSpans(folder.path);
  expect(spans.map((span) => span.name).toSorted()).toEqual(['crawl.embed', 'crawl.fetch', 'crawl.page']);
  expect(new Set(spans.map((span) => span.traceId)).size).toBe(1);
  const page = spans.find((span) => span.name === 'crawl.page');
  const embed = spans.find((span) => span.name === 'crawl.embed');
  expect(embed?.parentSpanId).toBe(page?.spanId);
  expect(embed?.attributes).toContainEqual({ key: 'url.full', value: { stringValue: 'https://h.example/?key=REDACTED' } });
  expect(embed?.attributes).toContainEqual({ key: 'crawl.model.version', value: { stringValue: 'm@1' } });
});
