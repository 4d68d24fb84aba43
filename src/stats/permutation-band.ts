import { pickFirst, seedRandom } from './random.ts';

/** Groups whose members may trade places when nothing changed; `current` members of each belong to the current sample. */
export interface PermutationGroup {
  /** Members that count for the same classes (indexes), and how many they are. */
  readonly kinds: readonly { readonly classes: readonly number[]; readonly members: number }[];
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
  const kinds = groups.flatMap((group) => group.kinds);
  const shuffled = numberMembers(groups);
  const results: number[][] = distances.map(() => []);
  const all = Array.from<number>({ length: options.classes }).fill(0);
  for (const { classes, members } of kinds) count(all, classes, members);
  for (let round = 0; round < options.rounds; round++) {
    const picked = new Int32Array(kinds.length);
    for (const group of shuffled) {
      // Where only one sample has members, there is nothing to trade.
      if (group.current > 0 && group.current < group.members.length) pickFirst(group.members, group.current, next);
      for (let position = 0; position < group.current; position++) picked[group.members[position]!]!++;
    }
    const current = Array.from<number>({ length: options.classes }).fill(0);
    for (const [kind, { classes }] of kinds.entries()) count(current, classes, picked[kind]!);
    const reference = all.map((total, at) => total - current[at]!);
    for (const [at, distance] of distances.entries()) results[at]?.push(distance(reference, current));
  }
  return results.map((values) => values.toSorted((left, right) => left - right));
}

/** The value below which `share` of the sorted `values` lie; null of none. */
export function quantileOf(values: readonly number[], share: number): number | null {
  return values[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)] ?? null;
}

/** Members as the numbers of their kinds, which are dealt out far faster than lists of classes. */
function numberMembers(groups: readonly PermutationGroup[]): { members: Int32Array; current: number }[] {
  let kind = 0;
  return groups.map(({ kinds, current }) => {
    const members = new Int32Array(kinds.reduce((sum, each) => sum + each.members, 0));
    let at = 0;
    for (const each of kinds) members.fill(kind++, at, (at += each.members));
    return { members, current };
  });
}

function count(counts: number[], classes: readonly number[], members: number): void {
  for (const each of classes) counts[each] = (counts[each] ?? 0) + members;
}
