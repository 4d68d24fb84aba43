import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { testChiSquared, testG } from '../../src/stats/chi-squared.ts';
import { cramerV } from '../../src/stats/cramer-v.ts';
import { jensenShannonDistance } from '../../src/stats/jensen-shannon.ts';
import { populationStabilityIndex } from '../../src/stats/population-stability.ts';
import { shareDistances } from '../../src/stats/share-distance.ts';

const counts = fc.array(fc.tuple(fc.nat(500), fc.nat(500)), { minLength: 2, maxLength: 10 });

test('a moved distribution', () => {
  const reference = [520, 310, 120, 50];
  const current = [90, 70, 45, 45];
  expect(populationStabilityIndex(reference, current)).toBeCloseTo(0.252738752, 10);
  expect(jensenShannonDistance(reference, current)).toBeCloseTo(0.1738237074, 10);
  expect(jensenShannonDistance(reference, current) / Math.sqrt(Math.LN2)).toBeCloseTo(0.2087835501, 10);
  const { totalVariation, largest, hellinger } = shareDistances(reference, current);
  expect(totalVariation).toBeCloseTo(0.19, 10);
  expect(largest).toBeCloseTo(0.16, 10);
  expect(hellinger).toBeCloseTo(0.1757206172, 10);
  const chiSquared = testChiSquared(reference, current);
  expect(chiSquared.statistic).toBeCloseTo(61.0121382, 7);
  expect(chiSquared.degrees).toBe(3);
  expect(chiSquared.p / 3.572577e-13).toBeCloseTo(1, 6);
  const g = testG(reference, current);
  expect(g.statistic).toBeCloseTo(52.6687932, 7);
  expect(g.p / 2.157031e-11).toBeCloseTo(1, 6);
  expect(cramerV(chiSquared.statistic, 1250, 2, 4)).toBeCloseTo(0.2209292, 7);
  expect(cramerV(chiSquared.statistic, 1250, 2, 4, true)).toBeCloseTo(0.215511, 7);
});

test('a class that is new', () => {
  const reference = [600, 300, 100, 0];
  const current = [100, 60, 30, 10];
  expect(populationStabilityIndex(reference, current)).toBeCloseTo(0.278860432, 10);
  expect(jensenShannonDistance(reference, current)).toBeCloseTo(0.148732938, 10);
  const { statistic, p } = testChiSquared(reference, current);
  expect(statistic).toBeCloseTo(56.7032967, 7);
  expect(p / 2.973349e-12).toBeCloseTo(1, 6);
});

test('a class seen once', () => {
  const reference = [600, 300, 100, 0];
  const current = [120, 60, 19, 1];
  expect(testChiSquared(reference, current).statistic).toBeCloseTo(5.0420168, 7);
  expect(testChiSquared(reference, current).p).toBeCloseTo(0.1687462, 7);
  expect(testG(reference, current).statistic).toBeCloseTo(3.6260172, 7);
  expect(testG(reference, current).p).toBeCloseTo(0.3047821, 7);
});

test('distances are symmetric, bounded, and 0 for a distribution against a multiple of itself', () => {
  fc.assert(
    fc.property(counts, fc.integer({ min: 1, max: 9 }), (pairs, factor) => {
      const reference = pairs.map(([first]) => first + 1);
      const current = pairs.map(([, second]) => second + 1);
      expect(jensenShannonDistance(reference, current)).toBeCloseTo(jensenShannonDistance(current, reference), 10);
      expect(jensenShannonDistance(reference, current)).toBeLessThanOrEqual(Math.sqrt(Math.LN2) + 1e-12);
      expect(populationStabilityIndex(reference, current)).toBeGreaterThanOrEqual(-1e-12);
      const { totalVariation, largest, hellinger } = shareDistances(reference, current);
      expect(largest).toBeLessThanOrEqual(totalVariation * 2 + 1e-12);
      expect(hellinger ** 2).toBeLessThanOrEqual(totalVariation + 1e-12);
      const same = reference.map((count) => count * factor);
      expect(populationStabilityIndex(reference, same)).toBeCloseTo(0, 10);
      expect(testChiSquared(reference, same).p).toBeCloseTo(1, 6);
    }),
  );
});

test('nothing against something is finite', () => {
  expect(jensenShannonDistance([0, 0], [0, 0])).toBe(0);
  expect(testChiSquared([0, 0], [1, 2])).toEqual({ statistic: 0, degrees: 0, p: 1 });
});
