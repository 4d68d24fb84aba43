import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { adjustBenjaminiHochberg } from '../../src/stats/benjamini-hochberg.ts';

test('agrees with the reference list', () => {
  const p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1];
  const q = [
    0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.063857, 0.063857, 0.0645, 0.0765, 0.486, 0.581182, 0.714875, 0.753231, 0.813214, 1,
  ];
  for (const [at, value] of adjustBenjaminiHochberg(p).entries()) expect(value).toBeCloseTo(q[at]!, 6);
});

test('ties share one value', () => {
  const expected = [0.05, 0.005, 0.05, 0.05, 0.9];
  for (const [at, value] of adjustBenjaminiHochberg([0.03, 0.001, 0.04, 0.03, 0.9]).entries()) {
    expect(value).toBeCloseTo(expected[at]!, 12);
  }
});

test('keeps the order, and is never below the p value or above 1', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (p) => {
      const q = adjustBenjaminiHochberg(p);
      for (const [at, value] of q.entries()) {
        expect(value).toBeGreaterThanOrEqual(p[at]! - 1e-12);
        expect(value).toBeLessThanOrEqual(1);
        for (const [other, otherValue] of q.entries()) if (p[other]! < p[at]!) expect(otherValue).toBeLessThanOrEqual(value);
      }
    }),
  );
});
