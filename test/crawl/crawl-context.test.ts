import { context, createContextKey, propagation, trace } from '@opentelemetry/api';
import { isTracingSuppressed, suppressTracing } from '@opentelemetry/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fail, page, withStage } from '../../src/index.ts';
import { startTelemetry } from './telemetry.ts';

const URL_OF_PAGE = 'https://example.org/';
const KEY = createContextKey('test');

let telemetry: ReturnType<typeof startTelemetry>;
beforeEach(() => {
  telemetry = startTelemetry();
});
afterEach(() => telemetry.stop());

test('values of others reach into pages and stages, and are set and deleted there', () => {
  const baggage = propagation.createBaggage({ tenant: { value: 'one' } });
  context.with(propagation.setBaggage(context.active().setValue(KEY, 1), baggage), () =>
    page({ url: URL_OF_PAGE }, () =>
      withStage('outer', () =>
        withStage('inner', () => {
          const active = context.active();
          expect(propagation.getActiveBaggage()?.getEntry('tenant')?.value).toBe('one');
          expect(active.getValue(KEY)).toBe(1);
          expect(active.setValue(KEY, 2).getValue(KEY)).toBe(2);
          expect(active.deleteValue(KEY).getValue(KEY)).toBeUndefined();
          expect(trace.getSpan(active.setValue(KEY, 2))).toBe(trace.getActiveSpan());
          expect(trace.getSpan(trace.deleteSpan(active))).toBeUndefined();
          expect(isTracingSuppressed(suppressTracing(active))).toBe(true);
          expect(isTracingSuppressed(active)).toBe(false);
        }),
      ),
    ),
  );
});

test('a stage below the span of somebody else is its child and of the same page', () => {
  page({ url: URL_OF_PAGE }, () =>
    withStage('outer', () =>
      trace.getTracer('theirs').startActiveSpan('theirs', (span) => {
        withStage('inner', () => {});
        span.end();
      }),
    ),
  );
  expect(telemetry.span('theirs').parentSpanContext?.spanId).toBe(telemetry.span('crawl.outer').spanContext().spanId);
  const inner = telemetry.span('crawl.inner');
  expect(inner.parentSpanContext?.spanId).toBe(telemetry.span('theirs').spanContext().spanId);
  expect(inner.attributes).toMatchObject({ 'url.full': URL_OF_PAGE });
});

test('a failure below the span of somebody else is the page’s, in a context that only adds a value the stage’s', () => {
  page({ url: URL_OF_PAGE }, () =>
    withStage('outer', () => {
      context.with(context.active().setValue(KEY, 1), () => fail('parse'));
      trace.getTracer('theirs').startActiveSpan('theirs', (span) => {
        fail('model');
        span.end();
      });
    }),
  );
  expect(telemetry.span('crawl.outer').events.map((event) => event.attributes?.['crawl.stage'])).toEqual(['outer']);
  expect(telemetry.span('crawl.page').events.map((event) => event.attributes?.['crawl.stage'])).toEqual(['page']);
});
