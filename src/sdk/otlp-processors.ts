import { ExportResultCode, getNumberFromEnv, type ExportResult } from '@opentelemetry/core';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { JsonLogsSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { BatchLogRecordProcessor, type LogRecordProcessor, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { PeriodicExportingMetricReader, type MetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { createCpuCorrection } from './cpu-utilization.ts';
import { countDropped, type Signal } from './dropped.ts';
import { postSync } from './sync-post.ts';
import type { Rest, SyncFlush } from './file-processors.ts';

const QUEUE_SIZE = 4096;

/** Sends spans over OTLP in batches; a full queue and failed exports are counted. */
export function createOtlpSpanProcessor(): SpanProcessor & SyncFlush {
  const pending = createPending<ReadableSpan>('traces', 'OTEL_BSP_MAX_QUEUE_SIZE');
  const batch = new BatchSpanProcessor({
    exporter: counted('traces', new OTLPTraceExporter(), pending.settle),
    ...batching('OTEL_BSP'),
  });
  return {
    onStart: () => {},
    onEnd: (span) => {
      if (pending.take(span)) batch.onEnd(span);
    },
    forceFlush: () => batch.forceFlush(),
    shutdown: () => batch.shutdown(),
    flushSync: (rest) => pending.end(rest, (spans) => JsonTraceSerializer.serializeRequest(spans)),
  };
}

/** Sends log records over OTLP in batches. */
export function createOtlpLogProcessor(): LogRecordProcessor & SyncFlush {
  const pending = createPending<ReadableLogRecord>('logs', 'OTEL_BLRP_MAX_QUEUE_SIZE');
  const batch = new BatchLogRecordProcessor({
    exporter: counted('logs', new OTLPLogExporter(), pending.settle),
    ...batching('OTEL_BLRP'),
  });
  return {
    onEmit: (record) => {
      if (pending.take(record)) batch.onEmit(record);
    },
    forceFlush: () => batch.forceFlush(),
    shutdown: () => batch.shutdown(),
    flushSync: (rest) => pending.end(rest, (records) => JsonLogsSerializer.serializeRequest(records)),
  };
}

/** Sends metrics over OTLP at an interval, in milliseconds. */
export function createOtlpMetricReader(interval: number): MetricReader {
  const exporter = new OTLPMetricExporter();
  const cpu = createCpuCorrection();
  const send = exporter.export.bind(exporter);
  exporter.export = (metrics, done) => send(cpu.correct(metrics), done);
  const exportTimeoutMillis = Math.min(interval, getNumberFromEnv('OTEL_METRIC_EXPORT_TIMEOUT') ?? 30_000);
  return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: interval, exportTimeoutMillis });
}

/** What was handed over and has not been sent: bounded, and sent synchronously when the process ends at once. */
function createPending<T extends object>(signal: Signal, limitName: string) {
  const limit = getNumberFromEnv(limitName) ?? QUEUE_SIZE;
  const items = new Set<T>();
  return {
    take: (item: T): boolean => {
      if (items.size >= limit) {
        countDropped(signal, 'queue_full', 1);
        return false;
      }
      items.add(item);
      return true;
    },
    settle: (sent: readonly T[]): void => {
      for (const item of sent) items.delete(item);
    },
    end: (rest: Rest, serialize: (items: T[]) => Uint8Array | undefined): void => {
      if (items.size === 0 || rest === 'leave') return;
      const body = rest === 'send' ? serialize([...items]) : undefined;
      if (!body || !postSync(signal, body)) countDropped(signal, 'export_failed', items.size);
      items.clear();
    },
  };
}

interface Exporter<T> {
  export: (items: T[], done: (result: ExportResult) => void) => void;
}

/** The exporter itself, which also tells what it sent or lost. */
function counted<T, E extends Exporter<T>>(signal: Signal, exporter: E, settle: (items: readonly T[]) => void): E {
  const send = exporter.export.bind(exporter);
  exporter.export = (items, done) =>
    send(items, (result) => {
      settle(items);
      if (result.code !== ExportResultCode.SUCCESS) countDropped(signal, 'export_failed', items.length, describe(result.error));
      done(result);
    });
  return exporter;
}

/** What the endpoint answered, and what to look at; the token itself is never shown. */
function describe(error: (Error & { readonly code?: unknown }) | undefined): string | undefined {
  if (typeof error?.code !== 'number') return error?.message;
  const status = `the OTLP endpoint answered ${error.code} ${error.message}`;
  return error.code === 401 || error.code === 403 ? `${status}; check the token in OTEL_EXPORTER_OTLP_HEADERS` : status;
}

function batching(prefix: string) {
  const given = {
    maxQueueSize: getNumberFromEnv(`${prefix}_MAX_QUEUE_SIZE`) ?? QUEUE_SIZE,
    scheduledDelayMillis: getNumberFromEnv(`${prefix}_SCHEDULE_DELAY`),
    exportTimeoutMillis: getNumberFromEnv(`${prefix}_EXPORT_TIMEOUT`),
    maxExportBatchSize: getNumberFromEnv(`${prefix}_MAX_EXPORT_BATCH_SIZE`),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
