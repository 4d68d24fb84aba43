import { dialectOf } from '../store/dialect.ts';
import type { Store } from '../store/store.ts';
import type { Window } from './analysis.ts';
import { findDrift } from './drift-findings.ts';
import { loadPageGroups } from './drift-pages.ts';
import { countPairs } from './drift-pairs.ts';
import { driftWindows } from './drift.ts';
import { loadLabels } from './labels.ts';
import { latestPages, windowParameters } from './latest-pages.ts';

/** A page worth a person's look, and why. */
export interface Suggestion {
  readonly url: string | null;
  readonly trace_id: string;
  readonly score: number | null;
  readonly threshold: number | null;
  readonly category: string;
  readonly tags: readonly string[];
  readonly model_version: string | null;
  readonly reasons: readonly string[];
}

type PageRow = Omit<Suggestion, 'reasons' | 'tags'> & { readonly tags: string[] | null };

const REFERENCE_US = 28 * 86_400_000_000;
const NEAR = 0.05;
const COLUMNS = 'url, trace_id, score, threshold, category, tags, model_version';

/** Pages of the window near their threshold, where model versions disagree, or with a tag that drifted; most reasons first. */
export async function suggestLabels(store: Store, window: Window, limit: number): Promise<Suggestion[]> {
  const labelled = new Set((await loadLabels(store)).map((label) => label.traceId));
  const found = new Map<string, { page: PageRow; reasons: string[] }>();
  const note = (page: PageRow, reason: string): void => {
    if (labelled.has(page.trace_id)) return;
    const entry = found.get(page.trace_id) ?? { page, reasons: [] };
    entry.reasons.push(reason);
    found.set(page.trace_id, entry);
  };
  const most = limit + labelled.size;
  for (const { page, before } of await findDisagreements(store, window, most)) {
    note(
      page,
      `model disagreement: ${before.model} said ${before.category}, ${page.model_version ?? 'the later model'} says ${page.category}`,
    );
  }
  for (const { page, tag } of await findDrifted(store, window)) note(page, `drifted tag: ${tag}`);
  for (const page of await findNear(store, window, most)) {
    note(page, `near the threshold: score ${page.score} against ${page.threshold}`);
  }
  return [...found.values()]
    .toSorted((left, right) => right.reasons.length - left.reasons.length || closeness(left.page) - closeness(right.page))
    .slice(0, limit)
    .map(({ page, reasons }) => ({ ...page, tags: page.tags ?? [], reasons }));
}

/** Why the page of this trace would be suggested, as one text; null where it would not. */
export async function samplingReason(store: Store, window: Window, traceId: string): Promise<string | null> {
  const suggestions = await suggestLabels(store, window, 1000);
  return suggestions.find((each) => each.trace_id === traceId)?.reasons.join('; ') ?? null;
}

async function findNear(store: Store, window: Window, limit: number): Promise<PageRow[]> {
  return store.query<PageRow>(
    `SELECT ${COLUMNS} FROM ${latestPages(store)} latest
     WHERE score IS NOT NULL AND threshold IS NOT NULL AND abs(score - threshold) <= ${NEAR}
     ORDER BY abs(score - threshold), trace_id LIMIT ${limit}`,
    windowParameters(window),
  );
}

async function findDisagreements(
  store: Store,
  window: Window,
  limit: number,
): Promise<{ page: PageRow; before: { model: string; category: string } }[]> {
  const rows = await store.query<PageRow & { old_model: string; old_category: string }>(
    `WITH earlier AS (
       SELECT url AS old_url, model_version AS old_model, category AS old_category, start_us AS old_us,
         ROW_NUMBER() OVER (PARTITION BY url, model_version ORDER BY start_us DESC) AS turn
       FROM pages WHERE category IS NOT NULL AND model_version IS NOT NULL AND start_us >= $referenceFrom AND start_us < $toUs)
     SELECT ${COLUMNS}, old_model, old_category
     FROM ${latestPages(store)} latest JOIN earlier ON old_url = url
     WHERE turn = 1 AND old_us < start_us AND old_model <> model_version AND old_category <> category
     ORDER BY start_us DESC, trace_id LIMIT ${limit}`,
    { ...windowParameters(window), referenceFrom: window.fromUs - REFERENCE_US },
  );
  return rows.map(({ old_model: model, old_category: category, ...page }) => ({ page, before: { model, category } }));
}

async function findDrifted(store: Store, window: Window): Promise<{ page: PageRow; tag: string }[]> {
  const windows = driftWindows(window.toUs, window.toUs - window.fromUs, REFERENCE_US);
  const { findings } = findDrift(countPairs(await loadPageGroups(store, windows)));
  const drifted = findings.filter((finding) => finding.status === 'drift' && finding.kind !== 'vanished');
  const traceIds = drifted.flatMap((finding) => finding.trace_ids);
  if (traceIds.length === 0) return [];
  const { isIdOf, unnest } = dialectOf(store);
  const pages = await store.query<PageRow>(
    `SELECT ${COLUMNS} FROM ${latestPages(store)} latest WHERE ${isIdOf('trace_id', `SELECT ${unnest('$traceIds')}`)}`,
    { ...windowParameters(window), traceIds },
  );
  const byTrace = new Map(pages.map((page) => [page.trace_id, page]));
  return drifted.flatMap((finding) =>
    finding.trace_ids.flatMap((traceId) => {
      const page = byTrace.get(traceId);
      return page ? [{ page, tag: finding.tag }] : [];
    }),
  );
}

function closeness({ score, threshold }: PageRow): number {
  return score === null || threshold === null ? Infinity : Math.abs(score - threshold);
}
