import { jensenShannonDistance } from '../stats/jensen-shannon.ts';
import { permuteDistances, quantileOf, type PermutationGroup } from '../stats/permutation-band.ts';
import { populationStabilityIndex } from '../stats/population-stability.ts';
import type { PageGroup } from './drift-pages.ts';

/** How far the tags of a category moved as a whole, beside what chance alone does to as many pages. */
export interface CategorySummary {
  readonly category: string;
  readonly reference_pages: number;
  readonly current_pages: number;
  /** Population stability index of the tag counts; null where a window is empty. */
  readonly psi: number | null;
  readonly psi_band: number | null;
  /** Jensen-Shannon distance of the tag counts, natural logarithm. */
  readonly js_distance: number | null;
  readonly js_band: number | null;
  /** True where a distance lies beyond its band. */
  readonly outside_band: boolean | null;
}

const BAND = 0.95;
const SEED = 20_240_229;
/** Rounds times pages of all categories, so that a large store does not take minutes. */
const PERMUTED_PAGES = 20_000_000;
const ROUNDS = { least: 40, most: 200 } as const;

/** One summary a category, largest distance first. The band deals pages out within their domain, so a change of mix is not drift. */
export function summarizeCategories(groups: readonly PageGroup[]): CategorySummary[] {
  const fitting = Math.floor(PERMUTED_PAGES / Math.max(1, countPages(groups)));
  const rounds = Math.max(ROUNDS.least, Math.min(ROUNDS.most, fitting));
  return [...Map.groupBy(groups, (group) => group.category)]
    .map(([category, members]) => summarize(category, members, rounds))
    .toSorted((left, right) => (right.js_distance ?? -1) - (left.js_distance ?? -1));
}

function summarize(category: string, groups: readonly PageGroup[], rounds: number): CategorySummary {
  const tags = [...new Set(groups.flatMap((group) => group.tags))];
  const reference = groups.filter((group) => !group.current);
  const current = groups.filter((group) => group.current);
  const size = { reference_pages: countPages(reference), current_pages: countPages(current) };
  if (tags.length === 0 || size.reference_pages === 0 || size.current_pages === 0) {
    return { category, ...size, psi: null, psi_band: null, js_distance: null, js_band: null, outside_band: null };
  }
  const before = countTags(reference, tags);
  const after = countTags(current, tags);
  const psi = populationStabilityIndex(before, after);
  const distance = jensenShannonDistance(before, after);
  const [psiValues = [], distances = []] = permuteDistances(
    toPermutationGroups(groups, tags),
    [populationStabilityIndex, jensenShannonDistance],
    { classes: tags.length, rounds, seed: SEED },
  );
  const psiBand = quantileOf(psiValues, BAND);
  const distanceBand = quantileOf(distances, BAND);
  const outside = psi > (psiBand ?? Infinity) || distance > (distanceBand ?? Infinity);
  return { category, ...size, psi, psi_band: psiBand, js_distance: distance, js_band: distanceBand, outside_band: outside };
}

function toPermutationGroups(groups: readonly PageGroup[], tags: readonly string[]): PermutationGroup[] {
  const index = new Map(tags.map((tag, at) => [tag, at]));
  return [...Map.groupBy(groups, (group) => group.domain).values()].map((members) => ({
    kinds: members.map((group) => ({ classes: group.tags.map((tag) => index.get(tag) ?? 0), members: group.pages })),
    current: countPages(members.filter((group) => group.current)),
  }));
}

function countTags(groups: readonly PageGroup[], tags: readonly string[]): number[] {
  const counts = new Map<string, number>();
  for (const group of groups) for (const tag of group.tags) counts.set(tag, (counts.get(tag) ?? 0) + group.pages);
  return tags.map((tag) => counts.get(tag) ?? 0);
}

function countPages(groups: readonly PageGroup[]): number {
  return groups.reduce((sum, group) => sum + group.pages, 0);
}
