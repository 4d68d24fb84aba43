import { context, metrics, trace, SpanKind, type Span } from '@opentelemetry/api';
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  InMemoryMetricExporter,
  AggregationTemporality,
} from '@opentelemetry/sdk-metrics';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { page, stage } from '../src/index.ts';

/** Cost of one `stage` against `startActiveSpan` with the same attributes, interleaved in one run; the SDK records but exports nothing. */
const ROUNDS = 61;
const CALLS = 20_000;

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const discard = { onStart: () => {}, onEnd: () => {}, forceFlush: async () => {}, shutdown: async () => {} };
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [discard] }));
const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
metrics.setGlobalMeterProvider(
  new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })] }),
);
const tracer = trace.getTracer('raw');
let sink = 0;

const work = (value: number): number => value + 1;
const staged = stage('extract', work);
const inherited = {
  'url.full': 'https://example.org/a/b?c=1',
  'url.domain': 'example.org',
  'crawl.retry.count': 0,
  'crawl.model.version': 'm@1',
  'crawl.run.id': 'run-1',
};
const raw = (value: number): number => {
  const attributes = { ...inherited, 'crawl.stage': 'extract' };
  return tracer.startActiveSpan('crawl.extract', { kind: SpanKind.INTERNAL, attributes }, (span: Span) => {
    try {
      return work(value);
    } finally {
      span.end();
    }
  });
};

const rows = page({ url: inherited['url.full'], modelVersion: 'm@1', runId: 'run-1' }, () => {
  const cases = { bare: work, raw, stage: staged };
  const samples: Record<string, number[]> = { bare: [], raw: [], stage: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, call] of Object.entries(cases)) samples[name]?.push(measure(call));
  }
  return samples;
});
const ratios = (rows['stage'] ?? []).map((cost, round) => cost / (rows['raw']?.[round] ?? Number.NaN));
const result = {
  calls: CALLS * ROUNDS,
  raw_ns: median(rows['raw'] ?? []),
  stage_ns: median(rows['stage'] ?? []),
  ratio: median(ratios),
  goal: 1.3,
};
if (process.argv.includes('--json')) console.log(JSON.stringify(result));
else
  console.table({
    'startActiveSpan, same attributes': { 'ns a call': result.raw_ns },
    stage: { 'ns a call': result.stage_ns, ratio: result.ratio },
  });
if (sink === 0) throw new Error('nothing was measured');

function measure(call: (value: number) => number): number {
  const from = process.hrtime.bigint();
  for (let i = 0; i < CALLS; i++) sink += call(i);
  return Number(process.hrtime.bigint() - from) / CALLS;
}

function median(values: readonly number[]): number {
  const sorted = values.slice(ROUNDS > 20 ? 5 : 0).toSorted((a, b) => a - b);
  return Number((sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toPrecision(4));
}
