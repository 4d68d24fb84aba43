import { TraceFlags } from '@opentelemetry/api';
import { getNumberFromEnv } from '@opentelemetry/core';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { JsonLogsSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { PeriodicExportingMetricReader, type MetricReader } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { createBackgroundAgent } from './background-agent.ts';
import { createCpuCorrection } from './cpu-utilization.ts';
import type { SyncFlush } from './file-processors.ts';
import { createBatch } from './otlp-batch.ts';

const background = { httpAgentOptions: createBackgroundAgent };
const METRIC_TIMEOUT = 10_000;

/** Sends ended spans over OTLP in batches; a full queue and failed exports are counted. */
export function createOtlpSpanProcessor(): SpanProcessor & SyncFlush {
  const { add, flush, flushSync } = createBatch<ReadableSpan>({
    signal: 'traces',
    prefix: 'OTEL_BSP',
    exporter: new OTLPTraceExporter(background),
    serialize: (spans) => JsonTraceSerializer.serializeRequest(spans),
  });
  return {
    onStart: () => {},
    onEnd: (span) => {
      if (span.spanContext().traceFlags & TraceFlags.SAMPLED) add(span);
    },
    forceFlush: flush,
    shutdown: flush,
    flushSync,
  };
}

/** Sends log records over OTLP in batches. */
export function createOtlpLogProcessor(): LogRecordProcessor & SyncFlush {
  const { add, flush, flushSync } = createBatch<ReadableLogRecord>({
    signal: 'logs',
    prefix: 'OTEL_BLRP',
    exporter: new OTLPLogExporter(background),
    serialize: (records) => JsonLogsSerializer.serializeRequest(records),
  });
  return { onEmit: (record) => add(record), forceFlush: flush, shutdown: flush, flushSync };
}

/** Sends metrics over OTLP at an interval, in milliseconds. */
export function createOtlpMetricReader(interval: number): MetricReader {
  const exporter = new OTLPMetricExporter(background);
  const cpu = createCpuCorrection();
  const send = exporter.export.bind(exporter);
  exporter.export = (metrics, done) => send(cpu.correct(metrics), done);
  const exportTimeoutMillis = Math.min(interval, getNumberFromEnv('OTEL_METRIC_EXPORT_TIMEOUT') ?? METRIC_TIMEOUT);
  return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: interval, exportTimeoutMillis });
}
