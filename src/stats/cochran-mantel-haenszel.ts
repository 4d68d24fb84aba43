import { twoSidedP } from './tails.ts';

/** One stratum of a 2x2xK table: `a` of `n` in the reference have the trait, `b` of `m` in the current sample. */
export interface Stratum {
  readonly a: number;
  readonly n: number;
  readonly b: number;
  readonly m: number;
}

export interface CmhResult {
  /** Positive where the trait became more frequent; null where no stratum can tell. */
  readonly z: number | null;
  readonly p: number | null;
  /** Mantel-Haenszel odds ratio, `Infinity` where the reference never has the trait, null where undefined. */
  readonly oddsRatio: number | null;
  /** Information about the log odds ratio at odds ratio 1: the sum of the hypergeometric variances. */
  readonly variance: number;
  /** Strata that carry information: both samples seen, and the trait neither everywhere nor nowhere. */
  readonly informative: number;
}

/** Cochran-Mantel-Haenszel test of a common odds ratio over strata, without continuity correction. */
export function testCochranMantelHaenszel(strata: readonly Stratum[]): CmhResult {
  let excess = 0;
  let variance = 0;
  let concordant = 0;
  let discordant = 0;
  let informative = 0;
  for (const { a, n, b, m } of strata) {
    const k = a + b;
    const total = n + m;
    if (n === 0 || m === 0 || k === 0 || k === total) continue;
    informative++;
    excess += b - (m * k) / total;
    variance += (n * m * k * (total - k)) / (total * total * (total - 1));
    concordant += (b * (n - a)) / total;
    discordant += (a * (m - b)) / total;
  }
  const z = variance > 0 ? excess / Math.sqrt(variance) : null;
  const oddsRatio = discordant > 0 ? concordant / discordant : concordant > 0 ? Infinity : null;
  return { z, p: z === null ? null : twoSidedP(z), oddsRatio, variance, informative };
}
