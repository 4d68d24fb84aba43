import { toShares } from './shares.ts';

/** Distances of two count vectors over the same classes, each 0 to 1. */
export interface ShareDistances {
  /** Half the sum of the absolute differences of shares. */
  readonly totalVariation: number;
  /** The largest absolute difference of one share. */
  readonly largest: number;
  readonly hellinger: number;
}

/** Total variation, largest and Hellinger distance of two count vectors. */
export function shareDistances(reference: readonly number[], current: readonly number[]): ShareDistances {
  const before = toShares(reference);
  const after = toShares(current);
  const differences = before.map((share, at) => Math.abs(share - (after[at] ?? 0)));
  const squares = before.map((share, at) => (Math.sqrt(share) - Math.sqrt(after[at] ?? 0)) ** 2);
  return {
    totalVariation: sum(differences) / 2,
    largest: Math.max(0, ...differences),
    hellinger: Math.sqrt(sum(squares) / 2),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
