import { expect, test } from 'vitest';
import { cohenH } from '../../src/stats/cohen-h.ts';
import { testFisher } from '../../src/stats/fisher.ts';
import { newcombeInterval } from '../../src/stats/newcombe.ts';
import { testTwoProportions } from '../../src/stats/two-proportion.ts';

test('12 of 1000 against 11 of 240', () => {
  const { z, p } = testTwoProportions(12, 1000, 11, 240);
  expect(z).toBeCloseTo(3.488607, 7);
  expect(p).toBeCloseTo(0.000485545, 9);
  expect(testFisher(12, 1000, 11, 240)).toBeCloseTo(0.001709858, 9);
  expect(cohenH(12 / 1000, 11 / 240)).toBeCloseTo(0.211985, 7);
  const [low, high] = newcombeInterval(12, 1000, 11, 240);
  expect(low).toBeCloseTo(0.0119133, 7);
  expect(high).toBeCloseTo(0.0685737, 7);
});

test('0 of 1000 against 6 of 240', () => {
  expect(testFisher(0, 1000, 6, 240)).toBeCloseTo(4.996266e-5, 11);
  const [low, high] = newcombeInterval(0, 1000, 6, 240);
  expect(low).toBeCloseTo(0.0109748, 7);
  expect(high).toBeCloseTo(0.0534593, 7);
});

test('the pooled z of the stratified reference table', () => {
  expect(testTwoProportions(27, 600, 23, 130).z).toBeCloseTo(5.39871, 5);
});

test('equal shares differ by nothing', () => {
  expect(testTwoProportions(0, 10, 0, 20)).toEqual({ z: 0, p: 1 });
  expect(testFisher(5, 10, 5, 10)).toBeCloseTo(1, 10);
});
