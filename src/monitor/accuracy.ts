import { predictByModule, predictFromStore, type Prediction, readGolden } from './golden.ts';
import type { HealthContext, Measured } from './health-check.ts';
import type { ExampleTrace } from './message.ts';

/** How often the predictions agree with a golden set, and what the missing ones could still change. */
interface Accuracy {
  readonly total: number;
  readonly judged: number;
  readonly correct: number;
  /** Share of the judged pages that are right; null where none was judged. */
  readonly value: number | null;
  /** The verdict holds whatever the missing pages would have shown; null where they could decide it. */
  readonly reached: boolean | null;
  readonly mistakes: readonly ExampleTrace[];
  readonly errors: readonly string[];
}

/** The share of the golden set that is classified right, by the recorded categories or by the user's module. */
export async function measureGolden({ store, nowUs, golden, classifier }: HealthContext, limit: number): Promise<Measured> {
  if (golden === undefined) {
    return {
      value: null,
      why: 'No golden set was given.',
      action: 'Give one with --golden FILE, or leave the check out with --skip accuracy.',
    };
  }
  const pages = await readGolden(golden);
  const predictions =
    classifier === undefined ? await predictFromStore(store, pages, nowUs) : await predictByModule(classifier, pages);
  const { value, total, judged, correct, reached, mistakes, errors } = measureAccuracy(predictions, limit);
  const status = reached === null ? 'UNKNOWN' : reached ? 'PASS' : 'FAIL';
  const missing =
    judged < total ? ` ${total - judged} have no category${errors.length > 0 ? ` (${errors.join('; ')})` : ''}.` : '';
  return {
    value,
    status,
    traces: mistakes,
    why: `${correct} of ${judged} judged pages are right, of ${total} in the golden set.${missing}`,
    ...(status === 'UNKNOWN'
      ? { action: 'Crawl the missing golden pages, or give --classifier: they could decide the result.' }
      : {}),
  };
}

/** Compares predictions with the golden categories, given the least share that must be right. */
function measureAccuracy(predictions: readonly Prediction[], limit: number): Accuracy {
  const judged = predictions.filter((prediction) => prediction.category !== null);
  const wrong = judged.filter((prediction) => prediction.category !== prediction.page.category);
  const total = predictions.length;
  const correct = judged.length - wrong.length;
  const atBest = (total - wrong.length) / total;
  const undecided = correct / total >= limit ? true : atBest < limit ? false : null;
  return {
    total,
    judged: judged.length,
    correct,
    value: judged.length > 0 ? correct / judged.length : null,
    reached: judged.length > 0 ? undecided : null,
    mistakes: wrong.slice(0, 3).map(({ page, category, traceId }) => ({
      traceId: traceId ?? '',
      url: page.url,
      note: `${category} instead of ${page.category}`,
    })),
    errors: [...new Set(predictions.flatMap((prediction) => prediction.error ?? []))].slice(0, 3),
  };
}
