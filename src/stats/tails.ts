import gammainc from '@stdlib/math-base-special-gammainc';
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import quantile from '@stdlib/stats-base-dists-normal-quantile';

/** Probability that a chi-squared variable with `degrees` degrees of freedom exceeds `x`; exact far out in the tail. */
export function chiSquaredTail(x: number, degrees: number): number {
  return degrees < 1 || x <= 0 ? 1 : gammainc(x / 2, degrees / 2, true, true);
}

/** Two-sided p value of a standard normal `z`. */
export function twoSidedP(z: number): number {
  return 2 * normalCdf(-Math.abs(z), 0, 1);
}

/** Standard normal quantile of `probability`. */
export function normalQuantile(probability: number): number {
  return quantile(probability, 0, 1);
}
