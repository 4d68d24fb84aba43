import { writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

test('a request that a stage makes with fetch is a span below it, its URL redacted', async () => {
  using folder = temporaryFolder();
  const server = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const app = join(folder.path, 'app.mjs');
  const index = new URL('../dist/index.js', import.meta.url).href;
  writeFileSync(
    app,
    `import { page, withStage } from ${JSON.stringify(index)};
    const ask = () => fetch('http://127.0.0.1:${port}/v1/embeddings?api_key=hidden').then((answer) => answer.text());
    await page({ url: 'https://h.example/' }, () => withStage('embed', ask));
    await ask();`,
  );
  const result = await runApp(app, { cwd: folder.path });
  server.close();
  expect(result).toMatchObject({ code: 0, stderr: '' });
  const spans = readSpans(`${folder.path}/.crawlscope`);
  expect(spans.map((span) => span.name).toSorted()).toEqual(['GET', 'crawl.embed', 'crawl.page']);
  const request = spans.find((span) => span.name === 'GET');
  expect(request?.parentSpanId).toBe(spans.find((span) => span.name === 'crawl.embed')?.spanId);
  expect(JSON.stringify(spans)).not.toContain('hidden');
});
