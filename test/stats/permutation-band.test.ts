import { expect, test } from 'vitest';
import { jensenShannonDistance } from '../../src/stats/jensen-shannon.ts';
import { permuteDistances, quantileOf } from '../../src/stats/permutation-band.ts';

const options = { classes: 2, rounds: 200, seed: 7 };
const kinds = (first: number, second: number) => [
  { classes: [0], members: first },
  { classes: [1], members: second },
];

test('the same seed gives the same band, another seed another', () => {
  const groups = [{ kinds: kinds(50, 50), current: 20 }];
  const [band] = permuteDistances(groups, [jensenShannonDistance], options);
  expect(permuteDistances(groups, [jensenShannonDistance], options)).toEqual([band]);
  expect(permuteDistances(groups, [jensenShannonDistance], { ...options, seed: 8 })).not.toEqual([band]);
});

test('the band narrows with the sample, and a real change lies outside', () => {
  expect(limit(1000)).toBeLessThan(limit(40));
  expect(jensenShannonDistance([900, 600], [100, 400])).toBeGreaterThan(limit(1000));
});

test('groups never mix: a change of mix alone stays inside', () => {
  const groups = [
    { kinds: kinds(100, 0), current: 10 },
    { kinds: kinds(0, 100), current: 90 },
  ];
  const [band] = permuteDistances(groups, [jensenShannonDistance], options);
  expect(quantileOf(band!, 0.95)).toBeCloseTo(jensenShannonDistance([90, 10], [10, 90]), 12);
});

test('no values, no quantile', () => {
  expect(quantileOf([], 0.95)).toBeNull();
});

function limit(size: number): number {
  const [band] = permuteDistances([{ kinds: kinds(size, size), current: size / 2 }], [jensenShannonDistance], options);
  return quantileOf(band!, 0.95)!;
}
