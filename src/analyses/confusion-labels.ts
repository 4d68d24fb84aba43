import { measureConfusion, type ConfusionMetrics } from '../stats/confusion.ts';
import type { Store } from '../store/store.ts';
import type { Window } from './analysis.ts';
import { latestByPage, type Label } from './labels.ts';
import { latestPages, windowParameters } from './latest-pages.ts';

/** The class of a page that does not pass the threshold. */
export const REJECTED = '(rejected)';

/** The true confusion matrix: rows are the corrected classes, columns the predicted ones. */
export interface LabelConfusion {
  readonly classes: readonly string[];
  readonly matrix: readonly (readonly number[])[];
  /** Over the marked pages alone: who marks pages marks mistakes, so this understates the classifier. */
  readonly marked: ConfusionMetrics;
  /** As if every unmarked page were right: this overstates it. */
  readonly unmarked_as_right: ConfusionMetrics;
  /** Marks without a correction that could be placed in the matrix. */
  readonly unclear: number;
  readonly worst: readonly Confusion[];
}

interface Confusion {
  readonly corrected: string;
  readonly predicted: string;
  readonly pages: number;
  readonly trace_ids: readonly string[];
}

interface Judged {
  readonly corrected: string;
  readonly predicted: string;
  readonly traceId: string;
}

const EXAMPLES = 3;

/** Compares what was predicted with what people corrected, for the marked pages of the window. */
export async function confuseLabels(store: Store, window: Window, labels: readonly Label[]): Promise<LabelConfusion> {
  const marked = latestByPage(labels).filter(({ page }) => inWindow(page?.start_us, window));
  const judged = marked.map(judge);
  const clear = judged.filter((each) => each !== null);
  const predictions = await countPredictions(store, window);
  const classes = [...new Set([...clear.flatMap((each) => [each.corrected, each.predicted]), ...predictions.keys()])].toSorted();
  const matrix = classes.map((corrected) => classes.map((predicted) => count(clear, corrected, predicted)));
  const withUnmarked = matrix.map((row, at) =>
    row.map((pages, column) => {
      if (at !== column) return pages;
      const predicted = classes[at] ?? '';
      const seen = marked.filter((label) => predictedClass(label) === predicted).length;
      return pages + Math.max(0, (predictions.get(predicted) ?? 0) - seen);
    }),
  );
  return {
    classes,
    matrix,
    marked: measureConfusion(matrix),
    unmarked_as_right: measureConfusion(withUnmarked),
    unclear: judged.length - clear.length,
    worst: rankConfusions(clear),
  };
}

function judge(label: Label): Judged | null {
  const predicted = predictedClass(label);
  const corrected = correctedClass(label);
  if (predicted === null || corrected === null) return null;
  // Nothing said to be wrong and no category confirmed either: the mark lacks its correction.
  if (predicted === corrected && label.correctedCategory === null) return null;
  return { corrected, predicted, traceId: label.traceId ?? '' };
}

/** What the classifier said about a marked page. */
function predictedClass({ page }: Label): string | null {
  if (!page) return null;
  return page.threshold_passed === false ? REJECTED : page.category;
}

function correctedClass(label: Label): string | null {
  if (label.correctedCategory !== null) return label.correctedCategory;
  return label.verdict === 'false_positive' ? REJECTED : (label.page?.category ?? null);
}

async function countPredictions(store: Store, window: Window): Promise<Map<string, number>> {
  const rows = await store.query<{ predicted: string; pages: number }>(
    `SELECT CASE WHEN threshold_passed = false THEN $rejected ELSE category END AS predicted, COUNT(*) AS pages
     FROM ${latestPages(store)} latest GROUP BY 1`,
    { ...windowParameters(window), rejected: REJECTED },
  );
  return new Map(rows.map((row) => [row.predicted, row.pages]));
}

function rankConfusions(judged: readonly Judged[]): Confusion[] {
  return [...Map.groupBy(judged, (each) => JSON.stringify([each.corrected, each.predicted])).values()]
    .map((members) => ({
      corrected: members[0]?.corrected ?? '',
      predicted: members[0]?.predicted ?? '',
      pages: members.length,
      trace_ids: members.slice(0, EXAMPLES).map((each) => each.traceId),
    }))
    .filter((each) => each.corrected !== each.predicted)
    .toSorted((left, right) => right.pages - left.pages || left.corrected.localeCompare(right.corrected));
}

function count(judged: readonly Judged[], corrected: string, predicted: string): number {
  return judged.filter((each) => each.corrected === corrected && each.predicted === predicted).length;
}

function inWindow(timeUs: number | null | undefined, { fromUs, toUs }: Window): boolean {
  return typeof timeUs === 'number' && timeUs >= fromUs && timeUs < toUs;
}
