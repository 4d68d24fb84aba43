import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../sdk/child.ts';
import { compare } from './crawls.ts';

const PAGES = 1000;

/** A collector that treats each request in the same way. */
async function startCollector(treat: (response: ServerResponse) => void) {
  const server = createServer((request, response) => void buffer(request).then(() => treat(response)));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { endpoint, [Symbol.dispose]: stop };
}

const answer = (status: number) => (response: ServerResponse) => void response.writeHead(status).end('{}');

test.each([
  ['answers 400', answer(400)],
  ['answers 503', answer(503)],
  ['answers 200 with nonsense', (response: ServerResponse) => void response.writeHead(200).end('<html>')],
  ['closes the connection', (response: ServerResponse) => void response.destroy()],
  ['never answers', () => {}],
])('a collector that %s changes nothing of the crawl, and what is lost is counted', async (_, treat) => {
  using folder = temporaryFolder();
  using collector = await startCollector(treat);
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_EXPORTER_OTLP_TIMEOUT: '1500' };
  const { check } = await compare('many.mjs', folder.path, { args: [String(PAGES)], env });
  if (_ === 'answers 200 with nonsense') expect(check.dropped).toEqual({});
  else expect(check.dropped['traces export_failed']).toBe(2 * PAGES);
});

test('an absent collector changes nothing of the crawl, and what is lost is counted', async () => {
  using folder = temporaryFolder();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_EXPORTER_OTLP_TIMEOUT: '1500' };
  const { check, stderr } = await compare('many.mjs', folder.path, { args: [String(PAGES)], env });
  expect(check.dropped['traces export_failed']).toBe(2 * PAGES);
  expect(stderr).toContain('(traces, export_failed)');
});
