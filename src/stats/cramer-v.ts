/**
 * Cramer's V of a table of `rows` by `columns` and total `n` with Pearson's `statistic`, 0 (independent) to 1; with `corrected`,
 * less its bias (Bergsma 2013).
 */
export function cramerV(statistic: number, n: number, rows: number, columns: number, corrected = false): number {
  const phi = statistic / n;
  if (!corrected) return Math.sqrt(phi / Math.max(1, Math.min(rows, columns) - 1));
  const unbiased = Math.max(0, phi - ((rows - 1) * (columns - 1)) / (n - 1));
  const fewerRows = rows - (rows - 1) ** 2 / (n - 1);
  const fewerColumns = columns - (columns - 1) ** 2 / (n - 1);
  return Math.sqrt(unbiased / (Math.min(fewerRows, fewerColumns) - 1));
}
