import type { Verdict } from '../semconv.ts';
import type { Store } from '../store/store.ts';
import type { Window } from './analysis.ts';
import { latestByPage, loadLabels, type Label } from './labels.ts';
import { latestPages, windowParameters } from './latest-pages.ts';

/** What would have passed at another threshold. */
export interface CurvePoint {
  readonly threshold: number;
  readonly pass_rate: number;
  /** Pages marked false positive that would still pass; the fewer, the better. */
  readonly false_positives_passing: number;
  /** Pages marked false negative that would pass; the more, the better. */
  readonly false_negatives_passing: number;
}

/** A marked page and its score, to be drawn on the curve. */
export interface MarkedPage {
  readonly url: string;
  readonly verdict: Verdict;
  readonly score: number;
  readonly threshold: number | null;
  readonly trace_id: string | null;
}

const STEPS = 20;

/** The pass rate of the window's pages at other thresholds, from their scores; empty where no page has one. */
export async function drawThresholdCurve(store: Store, window: Window): Promise<{ curve: CurvePoint[]; marked: MarkedPage[] }> {
  const parameters = windowParameters(window);
  const latest = latestPages(store);
  const ranges = await store.query<{ threshold: number | null; least: number | null; most: number | null }>(
    `SELECT threshold, MIN(score) AS least, MAX(score) AS most FROM ${latest} latest GROUP BY threshold`,
    parameters,
  );
  const scores = ranges.flatMap(({ least, most }) => [least, most]).filter((score) => score !== null);
  const marked = latestByPage(await loadLabels(store)).flatMap((label) => toMarked(label, window));
  if (scores.length === 0) return { curve: [], marked };
  const steps = chooseSteps(
    scores.reduce((least, score) => Math.min(least, score)),
    scores.reduce((most, score) => Math.max(most, score)),
    ranges.map((row) => row.threshold).filter((threshold) => threshold !== null),
  );
  const counts = steps.map((step, at) => `SUM(CASE WHEN score >= ${step} THEN 1 ELSE 0 END) AS above_${at}`);
  const [row] = await store.query<Record<string, number>>(
    `SELECT COUNT(score) AS pages, ${counts.join(', ')} FROM ${latest} latest`,
    parameters,
  );
  const passing = (verdict: Verdict, step: number): number =>
    marked.filter((page) => page.verdict === verdict && page.score >= step).length;
  const curve = steps.map((threshold, at) => ({
    threshold,
    pass_rate: (row?.[`above_${at}`] ?? 0) / (row?.['pages'] ?? 1),
    false_positives_passing: passing('false_positive', threshold),
    false_negatives_passing: passing('false_negative', threshold),
  }));
  return { curve, marked };
}

/** Twenty even steps over 0 to 1, or over the scores where they leave it, and the thresholds that were in force. */
function chooseSteps(least: number, most: number, thresholds: readonly number[]): number[] {
  const from = Math.min(0, least);
  const to = Math.max(1, most);
  const even = Array.from({ length: STEPS + 1 }, (_, at) => Number((from + ((to - from) * at) / STEPS).toFixed(6)));
  return [...new Set([...even, ...thresholds.filter(Number.isFinite)])].toSorted((left, right) => left - right);
}

function toMarked({ page, url, verdict, traceId }: Label, { fromUs, toUs }: Window): MarkedPage[] {
  if (page?.score == null || page.start_us === null || page.start_us < fromUs || page.start_us >= toUs) return [];
  return [{ url, verdict, score: page.score, threshold: page.threshold, trace_id: traceId }];
}
