import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { readSpans, temporaryFolder } from '../sdk/child.ts';
import { compare } from './crawls.ts';

const SPANS = 1_000_000;
const args = [String(SPANS / 2)];
/** A million spans held in memory would take more than twice as much. */
const MEGABYTES = 600;

test(
  'a million spans at once, to files: bounded memory and disk, every span on disk or counted',
  { timeout: 600_000 },
  async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'crawlscope.config.json'), '{"diskLimit":20000000}');
    const { check, stderr } = await compare('many.mjs', folder.path, { args, env: { CRAWLSCOPE_DIR: folder.path } });
    const lost = check.dropped['traces disk_limit'] ?? 0;
    expect(readSpans(folder.path).length + lost).toBe(SPANS);
    expect(check.megabytes).toBeLessThan(MEGABYTES);
    expect(stderr).toContain('(traces, disk_limit)');
  },
);

test('a million spans at once, over OTLP: bounded memory, every span received or counted', { timeout: 600_000 }, async () => {
  using folder = temporaryFolder();
  let received = 0;
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      if (request.url === '/v1/traces') received += body.toString().match(/"spanId":/g)?.length ?? 0;
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  const { check, stderr } = await compare('many.mjs', folder.path, { args, env });
  server.close();
  expect(received).toBeGreaterThan(0);
  expect(received + (check.dropped['traces queue_full'] ?? 0)).toBe(SPANS);
  expect(check.megabytes).toBeLessThan(MEGABYTES);
  expect(stderr).toContain('(traces, queue_full)');
});
