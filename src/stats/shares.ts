/** Counts as shares of their sum, with `smoothing` added to every count; all zero where there is nothing to share. */
export function toShares(counts: readonly number[], smoothing = 0): number[] {
  const total = counts.reduce((sum, count) => sum + count + smoothing, 0);
  return counts.map((count) => (total > 0 ? (count + smoothing) / total : 0));
}
