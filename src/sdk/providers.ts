import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { getBooleanFromEnv } from '@opentelemetry/core';
import { detectResources, type Resource } from '@opentelemetry/resources';
import { LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, type MetricReader } from '@opentelemetry/sdk-metrics';
import { TracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { createRandomIds } from './random-ids.ts';
import { detectors } from './resource.ts';
import {
  logLimitsOfEnvironment,
  propagatorOfEnvironment,
  samplerOfEnvironment,
  spanLimitsOfEnvironment,
} from './standard-variables.ts';

/** Where telemetry goes; a signal that goes nowhere is not recorded. */
export interface Providers {
  readonly resource: Resource;
  readonly spans: SpanProcessor[];
  readonly logs: LogRecordProcessor[];
  readonly metrics: MetricReader[];
}

const LONGEST_ATTRIBUTE = 65_536;

/**
 * Registers the providers of all signals as the standard variables say. `@opentelemetry/sdk-node` does the same, but loads every
 * exporter there is, gRPC and Zipkin included, which takes half of the register's time and 20 MB.
 */
export async function registerProviders(given: Providers): Promise<void> {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const propagator = await propagatorOfEnvironment();
  if (propagator) propagation.setGlobalPropagator(propagator);
  const resource = given.resource.merge(detectResources({ detectors: detectors() }));
  const sdkMetricsEnabled = getBooleanFromEnv('OTEL_NODE_EXPERIMENTAL_SDK_METRICS') ?? false;
  const meterProvider =
    given.metrics.length > 0 ? new MeterProvider({ resource, readers: given.metrics, sdkMetricsEnabled }) : undefined;
  if (meterProvider) metrics.setGlobalMeterProvider(meterProvider);
  const self = sdkMetricsEnabled && meterProvider ? { meterProvider } : {};
  if (given.spans.length > 0) {
    const sampler = samplerOfEnvironment();
    const spanLimits = spanLimitsOfEnvironment(LONGEST_ATTRIBUTE);
    const sampling = sampler ? { sampler } : {};
    const idGenerator = createRandomIds();
    trace.setGlobalTracerProvider(
      new TracerProvider({ resource, spanProcessors: given.spans, spanLimits, idGenerator, ...sampling, ...self }),
    );
  }
  if (given.logs.length > 0)
    logs.setGlobalLoggerProvider(
      new LoggerProvider({ resource, processors: given.logs, logRecordLimits: logLimitsOfEnvironment(), ...self }),
    );
}
