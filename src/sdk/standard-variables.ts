import type { TextMapPropagator } from '@opentelemetry/api';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
  getNumberFromEnv,
  getStringFromEnv,
  getStringListFromEnv,
} from '@opentelemetry/core';
import type { LogRecordLimits } from '@opentelemetry/sdk-logs';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
  type SpanLimits,
} from '@opentelemetry/sdk-trace';
import { warnOnce } from './dropped.ts';

const ROOTS: Readonly<Record<string, () => Sampler>> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: () => new TraceIdRatioBasedSampler(ratioOf('OTEL_TRACES_SAMPLER_ARG')),
};

/** The sampler of `OTEL_TRACES_SAMPLER`; undefined for the SDK's own, which takes every page. */
export function samplerOfEnvironment(): Sampler | undefined {
  const asked = getStringFromEnv('OTEL_TRACES_SAMPLER');
  if (asked === undefined) return undefined;
  const [, parentBased, name = ''] = /^(parentbased_)?(.*)$/s.exec(asked) ?? [];
  const root = Object.hasOwn(ROOTS, name) ? ROOTS[name]?.() : undefined;
  if (root === undefined) {
    const known = Object.keys(ROOTS).join(', ');
    warnOnce(asked, `OTEL_TRACES_SAMPLER: ${asked} is not known here; use ${known}, each also with parentbased_ before it`);
  }
  return root && parentBased ? new ParentBasedSampler({ root }) : root;
}

/** The limits of spans; undefined where the SDK's own holds. */
export function spanLimitsOfEnvironment(longest: number): SpanLimits {
  return {
    attributeCountLimit: firstNumber('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'),
    attributeValueLengthLimit:
      firstNumber('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT') ?? longest,
    eventCountLimit: firstNumber('OTEL_SPAN_EVENT_COUNT_LIMIT'),
    linkCountLimit: firstNumber('OTEL_SPAN_LINK_COUNT_LIMIT'),
    attributePerEventCountLimit: firstNumber('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', 'OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT'),
    attributePerLinkCountLimit: firstNumber('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', 'OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT'),
  } as SpanLimits;
}

/** The limits of log records; undefined where the SDK's own holds. */
export function logLimitsOfEnvironment(): LogRecordLimits {
  return {
    attributeCountLimit: firstNumber('OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'),
    attributeValueLengthLimit: firstNumber('OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'),
  } as LogRecordLimits;
}

/** The propagators of `OTEL_PROPAGATORS`, W3C trace context and baggage when left out; undefined for none. */
export async function propagatorOfEnvironment(): Promise<TextMapPropagator | undefined> {
  const names = new Set(getStringListFromEnv('OTEL_PROPAGATORS') ?? ['tracecontext', 'baggage']);
  if (names.has('none')) return undefined;
  const propagators = (await Promise.all([...names].map(createPropagator))).filter((one) => one !== undefined);
  return propagators.length === 0 ? undefined : new CompositePropagator({ propagators });
}

async function createPropagator(name: string): Promise<TextMapPropagator | undefined> {
  if (name === 'tracecontext') return new W3CTraceContextPropagator();
  if (name === 'baggage') return new W3CBaggagePropagator();
  if (name === 'b3' || name === 'b3multi') {
    const { B3InjectEncoding, B3Propagator } = await import('@opentelemetry/propagator-b3');
    return new B3Propagator(name === 'b3' ? {} : { injectEncoding: B3InjectEncoding.MULTI_HEADER });
  }
  warnOnce(name, `OTEL_PROPAGATORS: ${name} is not known here; use tracecontext, baggage, b3, b3multi or none`);
  return undefined;
}

function ratioOf(variable: string): number {
  const ratio = getNumberFromEnv(variable);
  if (ratio !== undefined && ratio >= 0 && ratio <= 1) return ratio;
  warnOnce(variable, `${variable} is ${process.env[variable] ?? 'not set'}, it must be a number from 0 to 1; 1 is used`);
  return 1;
}

function firstNumber(...variables: string[]): number | undefined {
  return variables.map((name) => getNumberFromEnv(name)).find((value) => value !== undefined);
}
