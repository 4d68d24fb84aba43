import { expect, test } from 'vitest';
import { createRandomIds } from '../../src/sdk/random-ids.ts';

test('ids have the form of W3C trace context and never come twice', () => {
  const ids = createRandomIds();
  const made = Array.from({ length: 5000 }, () => [ids.generateTraceId(), ids.generateSpanId()] as const);
  for (const [traceId, spanId] of made) {
    expect(traceId).toMatch(/^[\da-f]{32}$/);
    expect(spanId).toMatch(/^[\da-f]{16}$/);
  }
  expect(new Set(made.map(([traceId]) => traceId)).size).toBe(5000);
  expect(new Set(made.map(([, spanId]) => spanId)).size).toBe(5000);
});
