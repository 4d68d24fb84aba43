import { expect, test } from 'vitest';
import { weighWords } from '../../src/stats/fightin-words.ts';

test('agrees with the reference table', () => {
  const scores = weighWords([400, 250, 200, 100, 50, 0], [90, 60, 45, 20, 10, 15]);
  const expected = [-0.570113, 0, -0.304386, -0.514985, -0.345861, 4.288333];
  for (const [at, score] of scores.entries()) expect(score).toBeCloseTo(expected[at]!, 6);
});

test('words nobody used and a single word weigh nothing', () => {
  expect(weighWords([0, 5], [0, 9])[0]).toBe(0);
  expect(weighWords([5], [9])).toEqual([0]);
});
