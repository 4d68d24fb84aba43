import { toShares } from './shares.ts';

/**
 * Population stability index of two count vectors over the same classes, natural logarithm. Half a count is added to every class
 * where any class is empty, since the index is infinite there.
 */
export function populationStabilityIndex(reference: readonly number[], current: readonly number[]): number {
  const smoothing = [...reference, ...current].some((count) => count === 0) ? 0.5 : 0;
  const before = toShares(reference, smoothing);
  const after = toShares(current, smoothing);
  return before.reduce((sum, share, at) => sum + ((after[at] ?? 0) - share) * Math.log((after[at] ?? 0) / share), 0);
}
