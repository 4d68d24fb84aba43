/** The median, to four digits. */
export function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return round(((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2);
}

/**
 * The median with its 95% confidence interval by order statistics, which assumes nothing of the distribution (Conover, Practical
 * Nonparametric Statistics, 3.2; normal approximation of the ranks).
 */
export function medianWithInterval(numbers: readonly number[]): { median: number; low: number; high: number } {
  const sorted = numbers.toSorted((a, b) => a - b);
  const last = sorted.length - 1;
  const rank = Math.max(0, Math.floor(last / 2 - 0.98 * Math.sqrt(sorted.length)));
  return { median: medianOf(sorted), low: round(sorted[rank] ?? Number.NaN), high: round(sorted[last - rank] ?? Number.NaN) };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
