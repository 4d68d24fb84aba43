import { normalQuantile } from './tails.ts';

/**
 * The smallest odds ratio above 1 that a two-sided test at `alpha` finds with probability `power`, given the information about
 * the log odds ratio (the `variance` of the Cochran-Mantel-Haenszel test); null where there is no information at all.
 */
export function smallestDetectableOddsRatio(information: number, alpha = 0.05, power = 0.8): number | null {
  if (!(information > 0)) return null;
  const ratio = Math.exp((normalQuantile(1 - alpha / 2) + normalQuantile(power)) / Math.sqrt(information));
  return Number.isFinite(ratio) ? ratio : null;
}
