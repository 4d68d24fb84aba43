import { toShares } from './shares.ts';

/**
 * Jensen-Shannon distance of two count vectors: the square root of the divergence in natural logarithms, 0 to sqrt(ln 2). Divide
 * by sqrt(ln 2) for base 2.
 */
export function jensenShannonDistance(reference: readonly number[], current: readonly number[]): number {
  const before = toShares(reference);
  const after = toShares(current);
  const divergence = before.reduce((sum, share, at) => {
    const other = after[at] ?? 0;
    const middle = (share + other) / 2;
    return sum + (relativeEntropy(share, middle) + relativeEntropy(other, middle)) / 2;
  }, 0);
  return Math.sqrt(Math.max(0, divergence));
}

function relativeEntropy(share: number, middle: number): number {
  return share > 0 ? share * Math.log(share / middle) : 0;
}
