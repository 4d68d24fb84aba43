/**
 * Spans per second of the file exporter, beside the SDK's OTLP JSON serialisation alone of the same batches, interleaved in one run.
 *
 *   node bench/exporter.ts [--json]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { openSignalFile } from '../src/sdk/file-exporter.ts';
import { createFileSpanProcessor } from '../src/sdk/file-processors.ts';
import { medianOf, medianWithInterval } from './median.ts';

const BATCH = 512;
const BATCHES = 20;
const WARM_UP = 5;
const ROUNDS = 40;

const spans: ReadableSpan[] = [];
const keep = {
  onStart: () => {},
  onEnd: (span: ReadableSpan) => void spans.push(span),
  forceFlush: async () => {},
  shutdown: async () => {},
};
const tracer = new TracerProvider({ spanProcessors: [keep] }).getTracer('bench');
for (let i = 0; i < BATCH; i++) {
  const attributes = {
    'url.full': `https://example.org/page/${i}?c=1`,
    'url.domain': 'example.org',
    'crawl.stage': 'extract',
    'crawl.retry.count': 0,
    'crawl.model.version': 'm@1',
    'crawl.run.id': 'run-1',
    'crawl.extraction.method': 'readability',
    'crawl.page.length': 12_345,
    'crawl.page.content_hash': 'c0ffee'.repeat(10),
    'crawl.cache.hit': false,
  };
  tracer.startSpan('crawl.extract', { attributes }).end();
}

const directory = mkdtempSync(join(tmpdir(), 'crawlscope-bench-'));
const limits = { fileLimit: 64 * 2 ** 20, diskLimit: 1024 * 2 ** 20 };
const file = createFileSpanProcessor(openSignalFile('traces', { directory, ...limits }), { size: BATCH, delay: 1000 });
let bytes = 0;
const cases = {
  serialisation: () => void (bytes += JsonTraceSerializer.serializeRequest(spans)?.length ?? 0),
  file: () => spans.forEach((span) => file.onEnd(span)),
};
const samples = { serialisation: [] as number[], file: [] as number[] };
for (let round = -WARM_UP; round < ROUNDS; round++) {
  for (const name of round % 2 === 0 ? (['serialisation', 'file'] as const) : (['file', 'serialisation'] as const)) {
    const speed = measure(cases[name]);
    if (round >= 0) samples[name].push(speed);
  }
}
await file.shutdown();
rmSync(directory, { recursive: true });
if (bytes === 0) throw new Error('nothing was measured');

const ratios = samples.file.map((speed, round) => speed / (samples.serialisation[round] ?? Number.NaN));
const ratio = medianWithInterval(ratios);
const result = {
  spans: BATCH * BATCHES * ROUNDS,
  serialisation_spans_per_s: medianOf(samples.serialisation),
  file_spans_per_s: medianOf(samples.file),
  ratio: ratio.median,
  interval: [ratio.low, ratio.high],
};
if (process.argv.includes('--json')) console.log(JSON.stringify(result));
else console.table(result);

function measure(run: () => void): number {
  const from = process.hrtime.bigint();
  for (let i = 0; i < BATCHES; i++) run();
  return (BATCH * BATCHES) / (Number(process.hrtime.bigint() - from) / 1e9);
}
