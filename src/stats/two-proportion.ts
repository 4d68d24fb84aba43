import { twoSidedP } from './tails.ts';

/** Pooled z test of two shares, `a` of `n` against `b` of `m`; z is positive where the second share is larger. */
export function testTwoProportions(a: number, n: number, b: number, m: number): { z: number; p: number } {
  const pooled = (a + b) / (n + m);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
  const z = deviation > 0 ? (b / m - a / n) / deviation : 0;
  return { z, p: twoSidedP(z) };
}
