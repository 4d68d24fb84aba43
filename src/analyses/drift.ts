import type { Store } from '../store/store.ts';
import type { Window } from './analysis.ts';
import { findDrift, type DriftFinding, type MixChange } from './drift-findings.ts';
import { findModelChanges, type ModelChange } from './drift-models.ts';
import { loadPageGroups, type DriftWindows } from './drift-pages.ts';
import { countPairs } from './drift-pairs.ts';
import { summarizeCategories, type CategorySummary } from './drift-summary.ts';
import { drawTimeline, type DriftTimeline } from './drift-timeline.ts';

/** The JSON of `crawlscope drift`; times are ISO 8601, `to` is exclusive. */
export interface DriftResult {
  readonly reference: { readonly from: string; readonly to: string };
  readonly current: { readonly from: string; readonly to: string };
  readonly findings: readonly DriftFinding[];
  readonly mix: readonly MixChange[];
  readonly summary: readonly CategorySummary[];
  readonly model_changes: readonly ModelChange[];
  readonly timeline: DriftTimeline;
}

/** Compares the tags of two windows, of one category or of all. */
export async function analyzeDrift(store: Store, windows: DriftWindows, category?: string): Promise<DriftResult> {
  const groups = await loadPageGroups(store, windows, category);
  const { findings, mix } = findDrift(countPairs(groups));
  return {
    reference: describeWindow(windows.reference),
    current: describeWindow(windows.current),
    findings,
    mix,
    summary: summarizeCategories(groups),
    model_changes: await findModelChanges(store, windows),
    timeline: await drawTimeline(store, windows, findings),
  };
}

/** The window of `recentUs` up to now and the `referenceUs` right before it. */
export function driftWindows(nowUs: number, recentUs: number, referenceUs: number): DriftWindows {
  const border = nowUs - recentUs;
  return { reference: { fromUs: border - referenceUs, toUs: border }, current: { fromUs: border, toUs: nowUs } };
}

function describeWindow({ fromUs, toUs }: Window): { from: string; to: string } {
  return { from: new Date(fromUs / 1000).toISOString(), to: new Date(toUs / 1000).toISOString() };
}
