import { adjustBenjaminiHochberg } from '../stats/benjamini-hochberg.ts';
import { testCochranMantelHaenszel, type CmhResult } from '../stats/cochran-mantel-haenszel.ts';
import { smallestDetectableOddsRatio } from '../stats/detectable-effect.ts';
import { weighWords } from '../stats/fightin-words.ts';
import { decomposeKitagawa } from '../stats/kitagawa.ts';
import { testTwoProportions } from '../stats/two-proportion.ts';
import type { Share, TagPair } from './drift-pairs.ts';

/** What an alert needs, all of it. */
const DRIFT_LIMITS = { q: 0.05, oddsRatio: 1.5, pages: 10, domains: 5 } as const;

/** One tag of one category, in the shape of `crawlscope drift --json`. */
export interface DriftFinding {
  readonly category: string;
  readonly tag: string;
  readonly status: 'drift' | 'stable' | 'insufficient_data';
  readonly kind: 'within_domain' | 'mix' | 'new' | 'vanished';
  /** Mantel-Haenszel odds ratio over domains; null where it is infinite or unknown. */
  readonly odds_ratio: number | null;
  readonly z: number | null;
  readonly p: number | null;
  /** Benjamini-Hochberg adjusted; null where too little data was there to test. */
  readonly q: number | null;
  readonly reference: Share;
  readonly current: Share;
  /** Number of domains where the tag was seen. */
  readonly domains: number;
  readonly trace_ids: readonly string[];
  /** The smallest odds ratio that would have been found four times in five; null where nothing could have been. */
  readonly smallest_detectable_odds_ratio: number | null;
  /** z score of the log-odds against the category's other tags, the order of the findings. */
  readonly log_odds_z: number;
}

/** How the share of a tag changed because other sites were crawled (`mix`) and because their pages changed (`within`). */
export interface MixChange {
  readonly category: string;
  readonly tag: string;
  readonly change: number;
  readonly within: number;
  readonly mix: number;
}

/** Tests every pair; the findings come strongest first, those that drifted before the others. */
export function findDrift(pairs: readonly TagPair[]): { findings: DriftFinding[]; mix: MixChange[] } {
  const tests = pairs.map((pair) => testCochranMantelHaenszel(pair.strata));
  const supported = pairs.map((pair, at) => isSupported(pair, tests[at] as CmhResult));
  const qValues = adjustSome(tests.map((test, at) => (supported[at] === true ? test.p : null)));
  const pooled = adjustSome(pairs.map(testPooled));
  const weights = weighPairs(pairs);
  const changes = pairs.map(decompose);
  const findings = pairs.map((pair, at): DriftFinding => {
    const test = tests[at] as CmhResult;
    const q = qValues[at] ?? null;
    const status = judge(test, q);
    return {
      category: pair.category,
      tag: pair.tag,
      status,
      kind: status === 'drift' || !isMix(changes[at] as MixChange, pooled[at] ?? null) ? kindOf(pair) : 'mix',
      odds_ratio: Number.isFinite(test.oddsRatio) ? test.oddsRatio : null,
      z: test.z,
      p: test.p,
      q,
      reference: pair.reference,
      current: pair.current,
      domains: pair.domains,
      trace_ids: pair.traceIds,
      smallest_detectable_odds_ratio: smallestDetectableOddsRatio(test.variance),
      log_odds_z: weights.get(pair) ?? 0,
    };
  });
  const mix = changes.filter((_, at) => (pooled[at] ?? 1) < DRIFT_LIMITS.q);
  return {
    findings: findings.toSorted((left, right) => rank(right) - rank(left)),
    mix: mix.toSorted((left, right) => Math.abs(right.mix) - Math.abs(left.mix)),
  };
}

function isSupported(pair: TagPair, test: CmhResult): boolean {
  const pages = pair.reference.with_tag + pair.current.with_tag;
  return test.z !== null && pages >= DRIFT_LIMITS.pages && test.informative >= DRIFT_LIMITS.domains;
}

function judge(test: CmhResult, q: number | null): DriftFinding['status'] {
  if (q === null || test.oddsRatio === null) return 'insufficient_data';
  const large = test.oddsRatio >= DRIFT_LIMITS.oddsRatio || test.oddsRatio <= 1 / DRIFT_LIMITS.oddsRatio;
  return q < DRIFT_LIMITS.q && large ? 'drift' : 'stable';
}

function kindOf(pair: TagPair): DriftFinding['kind'] {
  if (pair.reference.with_tag === 0) return 'new';
  return pair.current.with_tag === 0 ? 'vanished' : 'within_domain';
}

/** A tag seen in both windows whose overall share moved mostly because other sites were crawled. */
function isMix(change: MixChange, q: number | null): boolean {
  return q !== null && q < DRIFT_LIMITS.q && Math.abs(change.mix) > Math.abs(change.within);
}

function decompose(pair: TagPair): MixChange {
  const { within, mix } = decomposeKitagawa(pair.strata);
  return { category: pair.category, tag: pair.tag, change: within + mix, within, mix };
}

function testPooled({ reference, current }: TagPair): number | null {
  if (reference.pages === 0 || current.pages === 0) return null;
  return testTwoProportions(reference.with_tag, reference.pages, current.with_tag, current.pages).p;
}

function weighPairs(pairs: readonly TagPair[]): Map<TagPair, number> {
  const weights = new Map<TagPair, number>();
  for (const members of Map.groupBy(pairs, (pair) => pair.category).values()) {
    const scores = weighWords(
      members.map((pair) => pair.reference.with_tag),
      members.map((pair) => pair.current.with_tag),
    );
    for (const [at, pair] of members.entries()) weights.set(pair, scores[at] ?? 0);
  }
  return weights;
}

/** Adjusts the p values that are there, and leaves the others out of the count. */
function adjustSome(pValues: readonly (number | null)[]): (number | null)[] {
  const adjusted = adjustBenjaminiHochberg(pValues.filter((p) => p !== null));
  let next = 0;
  return pValues.map((p) => (p === null ? null : (adjusted[next++] ?? null)));
}

function rank(finding: DriftFinding): number {
  return (finding.status === 'drift' ? 1e6 : 0) + Math.abs(finding.log_odds_z);
}
