import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decomposeKitagawa } from '../../src/stats/kitagawa.ts';

const stratum = fc
  .record({ n: fc.nat(50), m: fc.nat(50), a: fc.nat(50), b: fc.nat(50) })
  .map(({ n, m, a, b }) => ({ n, m, a: Math.min(a, n), b: Math.min(b, m) }));

test('agrees with the reference table', () => {
  const { within, mix } = decomposeKitagawa([
    { a: 20, n: 100, b: 18, m: 60 },
    { a: 5, n: 200, b: 4, m: 50 },
    { a: 2, n: 300, b: 1, m: 20 },
  ]);
  expect(within).toBeCloseTo(0.0653205, 7);
  expect(mix).toBeCloseTo(0.0666026, 7);
});

test('the parts add up to the change of the pooled share, also with strata that come and go', () => {
  fc.assert(
    fc.property(fc.array(stratum, { minLength: 1, maxLength: 8 }), (strata) => {
      const [a, n, b, m] = (['a', 'n', 'b', 'm'] as const).map((key) => strata.reduce((sum, each) => sum + each[key], 0));
      const { within, mix } = decomposeKitagawa(strata);
      expect(within + mix).toBeCloseTo(n && m ? b! / m - a! / n : 0, 10);
    }),
  );
});
