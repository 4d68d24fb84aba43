/** Benjamini-Hochberg adjusted p values (q), in the order of the given p values. */
export function adjustBenjaminiHochberg(pValues: readonly number[]): number[] {
  const order = pValues.map((p, at) => ({ p, at })).toSorted((left, right) => right.p - left.p);
  const adjusted: number[] = Array.from(pValues, () => 1);
  let smallest = 1;
  for (const [position, { p, at }] of order.entries()) {
    smallest = Math.min(smallest, (p * pValues.length) / (pValues.length - position));
    adjusted[at] = smallest;
  }
  return adjusted;
}
