import type { Store } from '../store/store.ts';
import { compareModels, type Agreement } from './agreement.ts';
import type { Window } from './analysis.ts';
import { confuseLabels, type LabelConfusion } from './confusion-labels.ts';
import { associateTags, type TagAssociation } from './confusion-tags.ts';
import { latestByPage, loadLabels } from './labels.ts';

/** Marked pages are picked by people: every rate over them carries this. */
const SELECTION_NOTE =
  'Marked pages are not a random sample: rates over them say what kinds of mistakes there are, not how many.';

/** The JSON of `crawlscope confusion`; times are ISO 8601, `to` is exclusive. */
export interface ConfusionResult {
  readonly from: string;
  readonly to: string;
  /** Pages of the window that are marked. */
  readonly labels: number;
  readonly note: string;
  readonly confusion: LabelConfusion | null;
  readonly tags: readonly TagAssociation[];
  readonly agreement: readonly Agreement[];
}

const AGREEMENT_DAYS = 28;
const DAY_US = 86_400_000_000;

/** Which categories are mistaken for which, which tags go with which category, and where model versions disagree. */
export async function analyzeConfusion(store: Store, window: Window): Promise<ConfusionResult> {
  const labels = await loadLabels(store);
  const marked = latestByPage(labels).filter(
    ({ page }) => page?.start_us != null && page.start_us >= window.fromUs && page.start_us < window.toUs,
  );
  return {
    from: new Date(window.fromUs / 1000).toISOString(),
    to: new Date(window.toUs / 1000).toISOString(),
    labels: marked.length,
    note: SELECTION_NOTE,
    confusion: marked.length > 0 ? await confuseLabels(store, window, marked) : null,
    tags: await associateTags(store, window),
    // Versions follow each other, so the same URL rarely meets both within one week.
    agreement: await compareModels(store, { fromUs: window.fromUs - AGREEMENT_DAYS * DAY_US, toUs: window.toUs }),
  };
}
