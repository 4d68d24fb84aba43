import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { readSpans, runApp, temporaryFolder } from './child.ts';

interface Received {
  url: string | undefined;
  authorization: string | undefined;
  body: string;
}

async function startCollector(status: number) {
  const received: Received[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    received.push({ url: request.url, authorization: request.headers.authorization, body: body.toString() });
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  };
  const server = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { received, endpoint, [Symbol.dispose]: () => server.close() };
}

const spansOf = (received: readonly Received[]): string[] =>
  received
    .filter(({ url }) => url === '/v1/traces')
    .flatMap(({ body }) => [...body.matchAll(/"name":"(crawl\.\w+)"/g)].map((match) => match[1] ?? ''));

test.each(['normal', 'exit'])('an endpoint gets everything, with headers, and no files: %s', async (ending) => {
  using folder = temporaryFolder();
  using collector = await startCollector(200);
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc' };
  const result = await runApp('redirected.mjs', { args: [ending], cwd: folder.path, env });
  expect(result).toMatchObject({ code: ending === 'exit' ? 4 : 0, stderr: '' });
  expect(spansOf(collector.received)).toEqual(['crawl.extract', 'crawl.page']);
  expect(collector.received[0]?.authorization).toBe('Bearer abc');
  expect(JSON.stringify(collector.received)).not.toContain('S3cr3t');
  expect(existsSync(join(folder.path, '.crawlscope'))).toBe(false);
});

test('an endpoint and CRAWLSCOPE_DIR get both', async () => {
  using folder = temporaryFolder();
  using collector = await startCollector(200);
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, CRAWLSCOPE_DIR: folder.path };
  await runApp('redirected.mjs', { cwd: folder.path, env });
  expect(spansOf(collector.received)).toHaveLength(2);
  expect(readSpans(folder.path)).toHaveLength(2);
});

test.each([
  ['refuses', 400],
  ['is overloaded', 503],
])('a collector that %s costs telemetry only', async (_, status) => {
  using folder = temporaryFolder();
  using collector = await startCollector(status);
  const result = await runApp('redirected.mjs', { cwd: folder.path, env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint } });
  expect(result.code).toBe(0);
});

test('an absent collector costs telemetry only, and says so', async () => {
  using folder = temporaryFolder();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
  const result = await runApp('redirected.mjs', { args: ['exit'], cwd: folder.path, env });
  expect(result.code).toBe(4);
});

test.each([
  { OTEL_SDK_DISABLED: 'true' },
  { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
])('nothing is written with %j', async (env) => {
  using folder = temporaryFolder();
  const result = await runApp('redirected.mjs', { cwd: folder.path, env });
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(existsSync(join(folder.path, '.crawlscope'))).toBe(false);
});
