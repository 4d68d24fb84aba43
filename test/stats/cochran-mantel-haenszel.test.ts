import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { testCochranMantelHaenszel, type Stratum } from '../../src/stats/cochran-mantel-haenszel.ts';

const REFERENCE: Stratum[] = [
  { a: 20, n: 100, b: 18, m: 60 },
  { a: 5, n: 200, b: 4, m: 50 },
  { a: 2, n: 300, b: 1, m: 20 },
];
const stratum = fc
  .record({ n: fc.integer({ min: 0, max: 50 }), m: fc.integer({ min: 0, max: 50 }), a: fc.nat(50), b: fc.nat(50) })
  .map(({ n, m, a, b }) => ({ n, m, a: Math.min(a, n), b: Math.min(b, m) }));
const strata = fc.array(stratum, { maxLength: 8 });

test('agrees with the reference table', () => {
  const result = testCochranMantelHaenszel(REFERENCE);
  expect(result.z! ** 2).toBeCloseTo(5.44282806, 8);
  expect(result.p).toBeCloseTo(0.01964883, 8);
  expect(result.oddsRatio).toBeCloseTo(2.07533294, 8);
  expect(result.informative).toBe(3);
});

test('swapping the samples flips the sign and inverts the odds ratio', () => {
  fc.assert(
    fc.property(strata, (given) => {
      const there = testCochranMantelHaenszel(given);
      const back = testCochranMantelHaenszel(given.map(({ a, n, b, m }) => ({ a: b, n: m, b: a, m: n })));
      if (there.z === null) expect(back.z).toBeNull();
      else expect(back.z).toBeCloseTo(-there.z, 8);
      if (there.oddsRatio !== null && there.oddsRatio > 0 && Number.isFinite(there.oddsRatio)) {
        expect(back.oddsRatio! * there.oddsRatio).toBeCloseTo(1, 8);
      }
    }),
  );
});

test('a domain that only one sample visited changes nothing', () => {
  fc.assert(
    fc.property(strata, stratum, (given, extra) => {
      const before = testCochranMantelHaenszel(given);
      expect(testCochranMantelHaenszel([...given, { ...extra, b: 0, m: 0 }, { ...extra, a: 0, n: 0 }])).toEqual(before);
    }),
  );
});

test('a new trait has an infinite odds ratio, no data has none', () => {
  expect(testCochranMantelHaenszel([{ a: 0, n: 10, b: 5, m: 10 }]).oddsRatio).toBe(Infinity);
  expect(testCochranMantelHaenszel([])).toEqual({ z: null, p: null, oddsRatio: null, variance: 0, informative: 0 });
});
