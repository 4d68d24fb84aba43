import { join, resolve } from 'node:path';
import { getNumberFromEnv, getStringFromEnv } from '@opentelemetry/core';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { ConsoleLogRecordExporter, SimpleLogRecordProcessor, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { ConsoleMetricExporter, PeriodicExportingMetricReader, type MetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ConsoleSpanExporter, SimpleSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { CrawlscopeConfig, Sampling } from './config-type.ts';
import { destinationsOf } from './environment.ts';
import { openSignalFile, type FileOptions, type SignalFile } from './file-exporter.ts';
import { FileMetricReader, createFileLogProcessor, createFileSpanProcessor, type SyncFlush } from './file-processors.ts';
import { startMonitorLine } from './monitor-line.ts';
import { createOtlpLogProcessor, createOtlpMetricReader, createOtlpSpanProcessor } from './otlp-processors.ts';
import { createRedactingProcessor } from './redacting-processor.ts';
import { createSamplingProcessor } from './sampling.ts';
import { describeProcess, detectors } from './resource.ts';
import type { Flushes } from './shutdown.ts';

/** The running SDK. */
export interface Telemetry extends Flushes {
  /** Files of this process, also those still to appear. */
  readonly files: readonly SignalFile[];
}

const FILE_LIMIT = 64 * 1024 * 1024;
const DISK_LIMIT = 1024 * 1024 * 1024;
/** Shorter than over the network: the metrics of a short crawl are read as a course too. */
const FILE_INTERVAL = 10_000;
const SNAPSHOT_INTERVAL = 1000;
const MONITOR_INTERVAL = 5;
const LONGEST_ATTRIBUTE = 65_536;

interface Pipelines {
  readonly spans: SpanProcessor[];
  readonly logs: LogRecordProcessor[];
  readonly metrics: MetricReader[];
  readonly sync: SyncFlush[];
  readonly files: SignalFile[];
}

/** Starts traces, metrics and logs as the `OTEL_*` variables and the configuration say. */
export function startTelemetry(config: CrawlscopeConfig): Telemetry {
  const pipelines: Pipelines = { spans: [], logs: [], metrics: [], sync: [], files: [] };
  const asked = getNumberFromEnv('OTEL_METRIC_EXPORT_INTERVAL');
  const interval = asked ?? 60_000;
  addFiles(pipelines, config, asked ?? FILE_INTERVAL);
  addOtlp(pipelines, interval);
  addConsole(pipelines, interval);
  if (config.sampling) addSampling(pipelines, config.sampling);
  addMonitor(pipelines);
  const lengthLimit =
    getNumberFromEnv('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT') ?? getNumberFromEnv('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT');
  const sdk = new NodeSDK({
    resource: describeProcess(config.serviceName),
    resourceDetectors: detectors(),
    spanProcessors: pipelines.spans.length > 0 ? [createRedactingProcessor(), ...pipelines.spans] : [],
    logRecordProcessors: pipelines.logs,
    metricReaders: pipelines.metrics,
    // Requests that stages make with `fetch` show up below them; outside a page they are none of ours.
    instrumentations: [new UndiciInstrumentation({ requireParentforSpans: true })],
    spanLimits: { attributeValueLengthLimit: lengthLimit ?? LONGEST_ATTRIBUTE },
  });
  sdk.start();
  const flushables = [...pipelines.spans, ...pipelines.logs, ...pipelines.metrics];
  return {
    files: pipelines.files,
    now: (rest) => {
      for (const one of pipelines.sync) one.flushSync(rest);
    },
    whole: () => Promise.all(flushables.map((one) => one.forceFlush())),
  };
}

function addFiles({ spans, logs, metrics, sync, files }: Pipelines, config: CrawlscopeConfig, interval: number): void {
  const batching = {
    size: getNumberFromEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE') ?? 512,
    delay: getNumberFromEnv('OTEL_BSP_SCHEDULE_DELAY') ?? 1000,
  };
  const diskLimit = config.diskLimit ?? DISK_LIMIT;
  const options: FileOptions = {
    directory: join(resolve(getStringFromEnv('CRAWLSCOPE_DIR') ?? '.crawlscope'), 'otlp'),
    fileLimit: Math.min(config.fileLimit ?? FILE_LIMIT, diskLimit / 8),
    diskLimit,
  };
  const open = (signal: 'traces' | 'logs' | 'metrics'): SignalFile => {
    const file = openSignalFile(signal, options);
    files.push(file);
    return file;
  };
  if (destinationsOf('traces').files) {
    const processor = createFileSpanProcessor(open('traces'), batching);
    spans.push(processor);
    sync.push(processor);
  }
  if (destinationsOf('logs').files) {
    const processor = createFileLogProcessor(open('logs'), batching);
    logs.push(processor);
    sync.push(processor);
  }
  if (destinationsOf('metrics').files) {
    const reader = new FileMetricReader(open('metrics'), interval, SNAPSHOT_INTERVAL);
    metrics.push(reader);
    sync.push(reader);
  }
}

function addOtlp({ spans, logs, metrics, sync }: Pipelines, interval: number): void {
  if (destinationsOf('traces').otlp) {
    const processor = createOtlpSpanProcessor();
    spans.push(processor);
    sync.push(processor);
  }
  if (destinationsOf('logs').otlp) {
    const processor = createOtlpLogProcessor();
    logs.push(processor);
    sync.push(processor);
  }
  if (destinationsOf('metrics').otlp) metrics.push(createOtlpMetricReader(interval));
}

/** Stands before all that was added so far, also when these are flushed at the end. */
function addSampling({ spans, sync }: Pipelines, sampling: Sampling): void {
  const sampler = createSamplingProcessor(sampling, spans.splice(0));
  spans.push(sampler);
  sync.unshift(sampler);
}

function addConsole({ spans, logs, metrics }: Pipelines, interval: number): void {
  if (destinationsOf('traces').console) spans.push(new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() }));
  if (destinationsOf('logs').console) logs.push(new SimpleLogRecordProcessor({ exporter: new ConsoleLogRecordExporter() }));
  const exporter = new ConsoleMetricExporter();
  if (destinationsOf('metrics').console)
    metrics.push(new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: interval }));
}

/** `CRAWLSCOPE_MONITOR=1`: a line about this crawler on standard error, every 5 s or `CRAWLSCOPE_MONITOR_INTERVAL` seconds. */
function addMonitor({ spans, metrics }: Pipelines): void {
  const asked = getStringFromEnv('CRAWLSCOPE_MONITOR');
  if (asked !== '1' && asked?.toLowerCase() !== 'true') return;
  const seconds = getNumberFromEnv('CRAWLSCOPE_MONITOR_INTERVAL') ?? MONITOR_INTERVAL;
  const { processor, reader } = startMonitorLine(Math.max(seconds, 0.1) * 1000);
  spans.push(processor);
  metrics.push(reader);
}
