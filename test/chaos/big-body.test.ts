import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { TOKEN } from '../programs/collector.ts';
import { makeSpans, send, traceRequest } from '../programs/otlp.ts';
import { spansOnDisk } from './record.ts';
import { collectorFor, makeWorkspace } from './workspace.ts';

const MEGABYTE = 2 ** 20;

test('a body over 8 MiB is refused, packed or not, and the next request is taken', async () => {
  const collector = await collectorFor({ directory: makeWorkspace() });
  const [big, small] = [makeSpans(1, { text: 'x'.repeat(9 * MEGABYTE) }), makeSpans(1, { text: 'x'.repeat(7 * MEGABYTE) })];

  const plain = await send(collector.otlpUrl, 'traces', traceRequest(big));
  expect(plain).toMatchObject({ status: 400, text: expect.stringContaining('too large') as string });
  const packed = await fetch(`${collector.otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', authorization: `Bearer ${TOKEN}` },
    body: gzipSync(JSON.stringify(traceRequest(big))),
  });
  expect(packed.status).toBe(400);
  expect((await send(collector.otlpUrl, 'traces', traceRequest(small))).status).toBe(200);
  expect([...spansOnDisk(collector.dataDir).keys()]).toEqual(small.map(({ spanId }) => spanId));
});
