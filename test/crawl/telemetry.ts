import { context, metrics, propagation, trace, type Attributes } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace';

/** A real SDK that keeps everything in memory, registered globally until `stop`. */
export function startTelemetry() {
  const spans = new InMemorySpanExporter();
  const points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: points, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }));
  metrics.setGlobalMeterProvider(meterProvider);
  return {
    spans: (name?: string): ReadableSpan[] => spans.getFinishedSpans().filter((span) => name === undefined || span.name === name),
    span: (name: string): ReadableSpan => {
      const found = spans.getFinishedSpans().find((span) => span.name === name);
      if (!found) throw new Error(`no span ${name}`);
      return found;
    },
    points: async (name: string): Promise<{ attributes: Attributes; value: unknown }[]> => {
      await reader.forceFlush();
      const all =
        points
          .getMetrics()
          .at(-1)
          ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
      return all
        .filter((metric) => metric.descriptor.name === name)
        .flatMap((metric) => metric.dataPoints.map(({ attributes, value }) => ({ attributes, value })));
    },
    stop: async (): Promise<void> => {
      await meterProvider.shutdown();
      context.disable();
      trace.disable();
      metrics.disable();
      propagation.disable();
    },
  };
}
