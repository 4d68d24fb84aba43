import hypergeometric from '@stdlib/stats-base-dists-hypergeometric-pmf';

/** Outcomes as likely as the observed one up to rounding belong to the tail. */
const ROUNDING = 1 + 1e-7;

/** Fisher's exact two-sided p value of `a` of `n` against `b` of `m`: all tables at most as likely as the observed one. */
export function testFisher(a: number, n: number, b: number, m: number): number {
  const k = a + b;
  const likelihood = (x: number): number => hypergeometric(x, n + m, n, k);
  const limit = likelihood(a) * ROUNDING;
  let p = 0;
  for (let x = Math.max(0, k - m); x <= Math.min(k, n); x++) {
    const each = likelihood(x);
    if (each <= limit) p += each;
  }
  return Math.min(1, p);
}
