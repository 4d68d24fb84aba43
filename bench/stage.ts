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
import { medianOf, medianWithInterval } from './median.ts';

/** Cost of one `stage` against `startActiveSpan` with the same attributes, interleaved in one run; the SDK records but exports nothing. */
const WARM_UP = 50;
const ROUNDS = 400;
/** Short enough for both to meet the same machine. */
const CALLS = 2000;

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
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [name, call] of Object.entries(cases)) {
      const cost = measure(call);
      if (round >= 0) samples[name]?.push(cost);
    }
  }
  return samples;
});
const ratios = (rows['stage'] ?? []).map((cost, round) => cost / (rows['raw']?.[round] ?? Number.NaN));
const ratio = medianWithInterval(ratios);
const result = {
  calls: CALLS * ROUNDS,
  raw_ns: medianOf(rows['raw'] ?? []),
  stage_ns: medianOf(rows['stage'] ?? []),
  ratio: ratio.median,
  interval: [ratio.low, ratio.high],
  goal: 1.1,
};
if (process.argv.includes('--json')) console.log(JSON.stringify(result));
else
  console.table({
    'startActiveSpan, same attributes': { 'ns a call': result.raw_ns },
    stage: { 'ns a call': result.stage_ns, ratio: result.ratio, '95% interval': result.interval.join(' to ') },
  });
if (sink === 0) throw new Error('nothing was measured');

function measure(call: (value: number) => number): number {
  const from = process.hrtime.bigint();
  for (let i = 0; i < CALLS; i++) sink += call(i);
  return Number(process.hrtime.bigint() - from) / CALLS;
}
