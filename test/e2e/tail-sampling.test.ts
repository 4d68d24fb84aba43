import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { spansOnDisk } from '../chaos/record.ts';
import { startCollector } from '../programs/collector.ts';
import { findTraces, jaegerPorts, startJaeger } from '../programs/jaeger.ts';
import { makeSpans, send, traceRequest } from '../programs/otlp.ts';

test('tail sampling thins out Jaeger, but neither failures, retries and runs nor the files', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'crawlscope-tail-'));
  const jaeger = await startJaeger(join(directory, 'jaeger'), await jaegerPorts());
  const collector = await startCollector({
    directory: join(directory, 'collector'),
    overlays: ['tail-sampling.yaml'],
    env: { JAEGER_ENDPOINT: jaeger.otlpAddress, TAIL_DECISION_WAIT: '1s' },
  });
  onTestFinished(async () => {
    await Promise.all([collector.stop('SIGKILL'), jaeger.stop('SIGKILL')]);
    rmSync(directory, { recursive: true });
  });
  const plain = makeSpans(400);
  const kept = [
    ...makeSpans(10).map((span) => ({ ...span, message: 'timeout' })),
    ...makeSpans(10, { 'crawl.retry.count': 1 }),
    ...makeSpans(10).map((span) => ({ ...span, name: 'crawl.run' })),
    ...makeSpans(10).map((span) => ({ ...span, seconds: 6 })),
  ];
  for (const spans of [plain, kept]) expect((await send(collector.otlpUrl, 'traces', traceRequest(spans))).status).toBe(200);

  const found = await vi.waitFor(
    async () => {
      const ids = new Set((await findTraces(jaeger, 'chaos', { limit: 1000 })).map(({ traceID }) => traceID));
      expect(kept.filter(({ traceId }) => !ids.has(traceId))).toEqual([]);
      return ids;
    },
    { timeout: 60_000, interval: 500 },
  );
  expect(found.size).toBeLessThan(kept.length + 100);
  expect(spansOnDisk(collector.dataDir).size).toBe(plain.length + kept.length);
});
