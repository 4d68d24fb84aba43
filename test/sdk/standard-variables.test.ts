import { ROOT_CONTEXT, SpanKind, trace, type TextMapPropagator } from '@opentelemetry/api';
import { SamplingDecision, type Sampler } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  logLimitsOfEnvironment,
  propagatorOfEnvironment,
  samplerOfEnvironment,
  spanLimitsOfEnvironment,
} from '../../src/sdk/standard-variables.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const LOW = '1'.padStart(32, '0');
const HIGH = 'ffffffff'.padEnd(32, '0');
const SPAN_ID = '00f067aa0ba902b7';

function samples(sampler: Sampler | undefined, traceId: string, parentFlags?: number): boolean | undefined {
  const parent = { traceId, spanId: SPAN_ID, traceFlags: parentFlags ?? 0 };
  const ctx = parentFlags === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
  const result = sampler?.shouldSample(ctx, traceId, 'crawl.page', SpanKind.INTERNAL, {}, []);
  return result && result.decision === SamplingDecision.RECORD_AND_SAMPLED;
}

describe('OTEL_TRACES_SAMPLER', () => {
  test.each([
    ['always_on', undefined, true, true, true],
    ['always_off', undefined, false, false, false],
    ['traceidratio', '0.5', true, false, false],
    ['parentbased_always_off', undefined, false, false, true],
    ['parentbased_traceidratio', '0.5', true, false, true],
  ])('%s %s', (name, ratio, low, high, highWithSampledParent) => {
    vi.stubEnv('OTEL_TRACES_SAMPLER', name);
    if (ratio !== undefined) vi.stubEnv('OTEL_TRACES_SAMPLER_ARG', ratio);
    const sampler = samplerOfEnvironment();
    expect(samples(sampler, LOW)).toBe(low);
    expect(samples(sampler, HIGH)).toBe(high);
    expect(samples(sampler, HIGH, 1)).toBe(highWithSampledParent);
  });

  test('left out or unknown, the default holds, and an unknown one is told', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    expect(samplerOfEnvironment()).toBeUndefined();
    expect(warn).not.toHaveBeenCalled();
    vi.stubEnv('OTEL_TRACES_SAMPLER', 'toString');
    expect(samplerOfEnvironment()).toBeUndefined();
    expect(warn.mock.calls).toEqual([
      [expect.stringContaining('toString is not known here; use always_on'), 'CrawlscopeWarning'],
    ]);
  });

  test('a ratio that is none is told and taken as 1', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    vi.stubEnv('OTEL_TRACES_SAMPLER', 'traceidratio');
    vi.stubEnv('OTEL_TRACES_SAMPLER_ARG', '7');
    expect(samples(samplerOfEnvironment(), HIGH)).toBe(true);
    expect(warn.mock.calls).toEqual([[expect.stringContaining('OTEL_TRACES_SAMPLER_ARG is 7'), 'CrawlscopeWarning']]);
  });
});

describe('OTEL_PROPAGATORS', () => {
  const inject = (propagator: TextMapPropagator | undefined): string[] => {
    const carrier: Record<string, string> = {};
    const ctx = trace.setSpanContext(ROOT_CONTEXT, { traceId: HIGH, spanId: SPAN_ID, traceFlags: 1 });
    propagator?.inject(ctx, carrier, { set: (into: Record<string, string>, key, value) => void (into[key] = String(value)) });
    return Object.keys(carrier).toSorted();
  };

  test.each([
    [undefined, ['traceparent']],
    ['none', []],
    ['tracecontext, b3', ['b3', 'traceparent']],
    ['b3multi', ['x-b3-sampled', 'x-b3-spanid', 'x-b3-traceid']],
  ])('%s', async (names, headers) => {
    if (names !== undefined) vi.stubEnv('OTEL_PROPAGATORS', names);
    expect(inject(await propagatorOfEnvironment())).toEqual(headers);
  });

  test('an unknown one is told and left out', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    vi.stubEnv('OTEL_PROPAGATORS', 'jaeger,tracecontext');
    expect(inject(await propagatorOfEnvironment())).toEqual(['traceparent']);
    expect(warn.mock.calls).toEqual([[expect.stringContaining('jaeger is not known here'), 'CrawlscopeWarning']]);
  });
});

test("limits: the signal's own variable wins over the general one", () => {
  vi.stubEnv('OTEL_ATTRIBUTE_COUNT_LIMIT', '20');
  vi.stubEnv('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', '10');
  vi.stubEnv('OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', '30');
  vi.stubEnv('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', '5');
  expect(spanLimitsOfEnvironment(100)).toMatchObject({
    attributeCountLimit: 10,
    attributeValueLengthLimit: 100,
    attributePerLinkCountLimit: 5,
  });
  expect(logLimitsOfEnvironment()).toEqual({ attributeCountLimit: 20, attributeValueLengthLimit: 30 });
});
