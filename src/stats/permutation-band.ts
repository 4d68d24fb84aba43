import { pickFirst, seedRandom } from './random.ts';

/** Groups whose members may trade places when nothing changed; `current` members of each belong to the current sample. */
export interface PermutationGroup {
  /** Classes (indexes) that each member counts for. */
  readonly members: readonly (readonly number[])[];
  readonly current: number;
}

export interface PermutationOptions {
  readonly classes: number;
  readonly rounds: number;
  readonly seed: number;
}

/**
 * Values of distances between two samples when their labels are dealt out at random inside each group, one sorted list for each
 * distance. What the real distance must exceed to mean anything: unlike a fixed limit it knows the sample size.
 */
export function permuteDistances(
  groups: readonly PermutationGroup[],
  distances: readonly ((reference: readonly number[], current: readonly number[]) => number)[],
  options: PermutationOptions,
): number[][] {
  const next = seedRandom(options.seed);
  const shuffled = groups.map((group) => ({ members: [...group.members], current: group.current }));
  const results: number[][] = distances.map(() => []);
  const all = Array.from<number>({ length: options.classes }).fill(0);
  for (const group of groups) for (const member of group.members) count(all, member);
  for (let round = 0; round < options.rounds; round++) {
    const current = Array.from<number>({ length: options.classes }).fill(0);
    for (const group of shuffled) {
      // Where only one sample has members, there is nothing to trade.
      if (group.current > 0 && group.current < group.members.length) pickFirst(group.members, group.current, next);
      for (let position = 0; position < group.current; position++) count(current, group.members[position]!);
    }
    const reference = all.map((total, at) => total - current[at]!);
    for (const [at, distance] of distances.entries()) results[at]?.push(distance(reference, current));
  }
  return results.map((values) => values.toSorted((left, right) => left - right));
}

/** The value below which `share` of the sorted `values` lie; null of none. */
export function quantileOf(values: readonly number[], share: number): number | null {
  return values[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)] ?? null;
}

function count(counts: number[], classes: readonly number[]): void {
  for (const each of classes) counts[each] = (counts[each] ?? 0) + 1;
}
