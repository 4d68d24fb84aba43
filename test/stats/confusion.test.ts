import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { measureConfusion } from '../../src/stats/confusion.ts';

test('agrees with the reference matrix', () => {
  const metrics = measureConfusion([
    [42, 6, 2],
    [5, 22, 3],
    [1, 4, 15],
  ]);
  expect(metrics.accuracy).toBeCloseTo(0.79, 10);
  expect(metrics.kappa).toBeCloseTo(0.6634615, 7);
  expect(metrics.mcc).toBeCloseTo(0.6638982, 7);
  expect(metrics.macroF1).toBeCloseTo(0.772273, 6);
  expect(metrics.balancedAccuracy).toBeCloseTo(0.774444, 6);
  const f1 = [0.857143, 0.709677, 0.75];
  for (const [at, each] of metrics.classes.entries()) expect(each.f1).toBeCloseTo(f1[at]!, 6);
  expect(metrics.classes.map((each) => each.support)).toEqual([50, 30, 20]);
});

test('what cannot be known is null', () => {
  const { classes, kappa, accuracy } = measureConfusion([
    [0, 0],
    [3, 0],
  ]);
  expect(classes[0]).toEqual({ support: 0, precision: 0, recall: null, f1: 0 });
  expect(classes[1]).toEqual({ support: 3, precision: null, recall: 0, f1: 0 });
  expect(accuracy).toBe(0);
  expect(kappa).toBe(0);
  expect(measureConfusion([]).accuracy).toBeNull();
});

test('a diagonal matrix is perfect', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 2, maxLength: 6 }), (diagonal) => {
      const metrics = measureConfusion(diagonal.map((count, row) => diagonal.map((_, column) => (row === column ? count : 0))));
      expect(metrics).toMatchObject({ accuracy: 1, kappa: 1, macroF1: 1, balancedAccuracy: 1 });
      expect(metrics.mcc).toBeCloseTo(1, 10);
    }),
  );
});
