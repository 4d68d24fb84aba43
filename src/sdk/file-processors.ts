import { JsonLogsSerializer, JsonMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { MetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { TraceFlags } from '@opentelemetry/api';
import { errorMessage } from '../errors.ts';
import { LOG_RUN } from '../semconv.ts';
import { createCpuCorrection } from './cpu-utilization.ts';
import { countDropped, type Signal } from './dropped.ts';
import type { SignalFile } from './file-exporter.ts';
import { spansToLine } from './span-json.ts';

/** What becomes of data for the network when all is flushed at once: sent, left for a later flush, or counted as lost. */
export type Rest = 'send' | 'leave' | 'drop';

/** Something that can write all it holds before it returns. */
export interface SyncFlush {
  readonly flushSync: (rest: Rest) => void;
}

/** How long and how much is held back before it is written. */
export interface Batching {
  /** Items of one line. */
  readonly size: number;
  /** Longest time in memory, in milliseconds. */
  readonly delay: number;
}

const FIRST_SNAPSHOT = 50;
const NEWLINE = Buffer.from('\n');

/** Writes ended spans to a file in small batches, synchronously, so that memory stays bounded and nothing is lost at exit. */
export function createFileSpanProcessor(file: SignalFile, batching: Batching): SpanProcessor & SyncFlush {
  const buffer = createBuffer<ReadableSpan>('traces', file, batching, spansToLine);
  return {
    onStart: () => {},
    onEnd: (span) => {
      if (span.spanContext().traceFlags & TraceFlags.SAMPLED) buffer.add(span);
    },
    ...endings(buffer.flush),
  };
}

/** Writes log records to a file in small batches. */
export function createFileLogProcessor(file: SignalFile, batching: Batching): LogRecordProcessor & SyncFlush {
  const buffer = createBuffer<ReadableLogRecord>('logs', file, batching, (records) =>
    toLine(JsonLogsSerializer.serializeRequest(records)),
  );
  const onEmit = (record: ReadableLogRecord): void => {
    buffer.add(record);
    // The record of a run is there for the case that the process crashes.
    if (record.eventName === LOG_RUN) buffer.flush();
  };
  return { onEmit, ...endings(buffer.flush) };
}

/**
 * Writes all metrics to a file at an interval. They can only be collected asynchronously, so a snapshot is kept at hand that an
 * exit handler can still write.
 */
export class FileMetricReader extends MetricReader implements SyncFlush {
  readonly #file: SignalFile;
  readonly #cpu = createCpuCorrection();
  readonly #writes: NodeJS.Timeout;
  #snapshots: NodeJS.Timeout | undefined;
  #latest: ResourceMetrics | undefined;

  constructor(file: SignalFile, interval: number, snapshotInterval: number) {
    super();
    this.#file = file;
    this.#writes = setInterval(() => this.flushSync(), interval).unref();
    this.#snapshotAfter(Math.min(FIRST_SNAPSHOT, snapshotInterval), Math.min(snapshotInterval, interval));
  }

  flushSync(): void {
    const latest = this.#latest;
    this.#latest = undefined;
    if (latest === undefined) return;
    const metrics = this.#cpu.correct(latest);
    const points = metrics.scopeMetrics
      .flatMap((scope) => scope.metrics)
      .reduce((sum, metric) => sum + metric.dataPoints.length, 0);
    if (points > 0) writeLine('metrics', this.#file, points, () => toLine(JsonMetricsSerializer.serializeRequest(metrics)));
  }

  override async onForceFlush(): Promise<void> {
    await this.#snapshot();
    this.flushSync();
  }

  override async onShutdown(): Promise<void> {
    clearInterval(this.#writes);
    clearTimeout(this.#snapshots);
    await this.onForceFlush();
  }

  /** More often at first, so that a short crawl that ends at once leaves its metrics too. */
  #snapshotAfter(delay: number, longest: number): void {
    const next = (): void => {
      void this.#snapshot();
      this.#snapshotAfter(Math.min(2 * delay, longest), longest);
    };
    this.#snapshots = setTimeout(next, delay).unref();
  }

  async #snapshot(): Promise<void> {
    try {
      this.#latest = (await this.collect()).resourceMetrics;
      this.#cpu.begin(this.#latest);
    } catch (error) {
      countDropped('metrics', 'collect_failed', 1, errorMessage(error));
    }
  }
}

function createBuffer<T>(
  signal: Signal,
  file: SignalFile,
  { size, delay }: Batching,
  serialize: (items: T[]) => Uint8Array | undefined,
) {
  let items: T[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (items.length === 0) return;
    const batch = items;
    items = [];
    writeLine(signal, file, batch.length, () => serialize(batch));
  };
  const add = (item: T): void => {
    items.push(item);
    if (items.length >= size) flush();
    else timer ??= setTimeout(flush, delay).unref();
  };
  return { add, flush };
}

function writeLine(signal: Signal, file: SignalFile, items: number, serialize: () => Uint8Array | undefined): void {
  try {
    const line = serialize();
    if (line) file.write(line, items);
  } catch (error) {
    countDropped(signal, 'serialize_failed', items, errorMessage(error));
  }
}

function toLine(body: Uint8Array | undefined): Uint8Array | undefined {
  return body && Buffer.concat([body, NEWLINE]);
}

function endings(flush: () => void) {
  return { forceFlush: async () => flush(), shutdown: async () => flush(), flushSync: flush };
}
