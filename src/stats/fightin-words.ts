/**
 * z scores of the log-odds of each word between two count vectors, with an informative Dirichlet prior of total weight `strength`
 * spread like the pooled counts (Monroe, Colaresi & Quinn 2008, "Fightin' Words"); positive where the word became more frequent.
 */
export function weighWords(reference: readonly number[], current: readonly number[], strength = 500): number[] {
  const before = total(reference);
  const after = total(current);
  return reference.map((first, at) => {
    const second = current[at] ?? 0;
    if (first + second === 0) return 0;
    const prior = (strength * (first + second)) / (before + after);
    const delta = logOdds(second, after, prior, strength) - logOdds(first, before, prior, strength);
    return delta / Math.sqrt(1 / (second + prior) + 1 / (first + prior));
  });
}

function logOdds(count: number, all: number, prior: number, strength: number): number {
  const others = all + strength - count - prior;
  // A single word has no others: its log-odds cannot change.
  return others > 0 ? Math.log((count + prior) / others) : 0;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
