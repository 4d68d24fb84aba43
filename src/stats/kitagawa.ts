import type { Stratum } from './cochran-mantel-haenszel.ts';

export interface Decomposition {
  /** Change of the overall share because shares inside the strata changed. */
  readonly within: number;
  /** Change of the overall share because the strata weigh differently. */
  readonly mix: number;
}

/**
 * Kitagawa's decomposition of the change of a share over strata: `within + mix` is the change of the pooled share. A stratum that
 * only one sample has changed its weight only, so all of it counts as mix.
 */
export function decomposeKitagawa(strata: readonly Stratum[]): Decomposition {
  const n = strata.reduce((sum, stratum) => sum + stratum.n, 0);
  const m = strata.reduce((sum, stratum) => sum + stratum.m, 0);
  let within = 0;
  let mix = 0;
  if (n === 0 || m === 0) return { within, mix };
  for (const stratum of strata) {
    if (stratum.n + stratum.m === 0) continue;
    const before = stratum.n > 0 ? stratum.a / stratum.n : stratum.b / stratum.m;
    const after = stratum.m > 0 ? stratum.b / stratum.m : before;
    const weightBefore = stratum.n / n;
    const weightAfter = stratum.m / m;
    within += ((weightBefore + weightAfter) / 2) * (after - before);
    mix += ((before + after) / 2) * (weightAfter - weightBefore);
  }
  return { within, mix };
}
