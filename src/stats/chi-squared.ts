import { chiSquaredTail } from './tails.ts';

export interface HomogeneityResult {
  readonly statistic: number;
  readonly degrees: number;
  readonly p: number;
}

/** Pearson's chi-squared test that two count vectors come from the same distribution. */
export function testChiSquared(reference: readonly number[], current: readonly number[]): HomogeneityResult {
  return testHomogeneity(reference, current, (observed, expected) => (observed - expected) ** 2 / expected);
}

/** Likelihood ratio (G) test that two count vectors come from the same distribution. */
export function testG(reference: readonly number[], current: readonly number[]): HomogeneityResult {
  return testHomogeneity(reference, current, (observed, expected) =>
    observed > 0 ? 2 * observed * Math.log(observed / expected) : 0,
  );
}

function testHomogeneity(
  reference: readonly number[],
  current: readonly number[],
  term: (observed: number, expected: number) => number,
): HomogeneityResult {
  const before = reference.reduce((total, count) => total + count, 0);
  const after = current.reduce((total, count) => total + count, 0);
  let statistic = 0;
  let classes = 0;
  for (const [at, first] of reference.entries()) {
    const second = current[at] ?? 0;
    const both = first + second;
    if (both === 0 || before === 0 || after === 0) continue;
    classes++;
    statistic += term(first, (both * before) / (before + after)) + term(second, (both * after) / (before + after));
  }
  const degrees = Math.max(0, classes - 1);
  return { statistic, degrees, p: chiSquaredTail(statistic, degrees) };
}
