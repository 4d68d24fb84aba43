import type { Store } from '../store/store.ts';
import type { Window } from './analysis.ts';
import { drawThresholdCurve, type CurvePoint, type MarkedPage } from './threshold-curve.ts';
import { listThresholdRuns, readPassRate, type ThresholdRun } from './threshold-runs.ts';

/** The pass rate may move this much, in absolute terms, from one week to the next. */
const STABILITY_LIMIT = 0.2;
/** Fewer judged pages make a rate too rough to compare. */
const STABILITY_PAGES = 30;
const REFERENCE_US = 7 * 86_400_000_000;

/** A run beside the one before it that was large enough to compare. */
interface ComparedRun extends ThresholdRun {
  /** Absolute change of the pass rate; null where either run is too small. */
  readonly change: number | null;
  /** What else changed with it. */
  readonly changed: readonly ('method' | 'threshold' | 'config_hash' | 'model_version')[];
}

/** The JSON of `crawlscope thresholds`; times are ISO 8601, `to` is exclusive. */
export interface ThresholdResult {
  readonly from: string;
  readonly to: string;
  readonly stability: {
    readonly limit: number;
    /** Absolute difference to the week before; null where either has too few pages. */
    readonly change: number | null;
    readonly stable: boolean | null;
    readonly pass_rate: number | null;
    readonly pages: number;
    readonly previous_pass_rate: number | null;
    readonly previous_pages: number;
  };
  readonly runs: readonly ComparedRun[];
  readonly curve: readonly CurvePoint[];
  readonly marked: readonly MarkedPage[];
}

/** How many pages pass the threshold, whether that is stable, and what other thresholds would have let through. */
export async function analyzeThresholds(store: Store, window: Window): Promise<ThresholdResult> {
  const now = await readPassRate(store, window);
  const before = await readPassRate(store, { fromUs: window.fromUs - REFERENCE_US, toUs: window.fromUs });
  const known = Math.min(now.pages, before.pages) >= STABILITY_PAGES && now.rate !== null && before.rate !== null;
  const change = known ? Math.abs((now.rate ?? 0) - (before.rate ?? 0)) : null;
  return {
    from: new Date(window.fromUs / 1000).toISOString(),
    to: new Date(window.toUs / 1000).toISOString(),
    stability: {
      limit: STABILITY_LIMIT,
      change,
      stable: change === null ? null : change <= STABILITY_LIMIT,
      pass_rate: now.rate,
      pages: now.pages,
      previous_pass_rate: before.rate,
      previous_pages: before.pages,
    },
    runs: compareRuns(await listThresholdRuns(store, window)),
    ...(await drawThresholdCurve(store, window)),
  };
}

function compareRuns(runs: readonly ThresholdRun[]): ComparedRun[] {
  return runs.map((run, at) => {
    const before = runs.slice(0, at).findLast((each) => each.pages >= STABILITY_PAGES);
    const comparable = before !== undefined && run.pages >= STABILITY_PAGES;
    const keys = ['method', 'threshold', 'config_hash', 'model_version'] as const;
    return {
      ...run,
      change: comparable ? Math.abs(run.pass_rate - before.pass_rate) : null,
      changed: before ? keys.filter((key) => run[key] !== before[key]) : [],
    };
  });
}
