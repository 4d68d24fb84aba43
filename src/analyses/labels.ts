import { createHash } from 'node:crypto';
import { ATTR_LABEL_ID, LOG_LABEL_UNDONE, type Verdict } from '../semconv.ts';
import type { Store } from '../store/store.ts';
import type { Row } from '../store/tables.ts';

type Page = Row<'pages'>;

/** A label that was not taken back, with the page that it corrects as it was classified; null where that page is not in the store. */
export interface Label {
  /** Follows from time, page and verdict, so that it is the same in every store. */
  readonly id: string;
  readonly timeUs: number;
  readonly url: string;
  readonly verdict: Verdict;
  readonly reason: string | null;
  readonly correctedCategory: string | null;
  readonly correctedTags: readonly string[];
  readonly correctedBy: string | null;
  readonly traceId: string | null;
  readonly page: Page | null;
}

/** All labels in force, oldest first. */
export async function loadLabels(store: Store): Promise<Label[]> {
  const rows = await store.query<Row<'labels'>>('SELECT * FROM labels ORDER BY time_us, trace_id, verdict');
  if (rows.length === 0) return [];
  const undone = await loadUndone(store);
  const pages = await loadPages(store);
  const labels = rows.map((row) => toLabel(row, pages));
  return [...new Map(labels.map((label) => [label.id, label])).values()].filter((label) => !undone.has(label.id));
}

/** The latest label of every page: who marks a page again corrects the first mark. */
export function latestByPage(labels: readonly Label[]): Label[] {
  return [...new Map(labels.map((label) => [label.traceId ?? label.url, label])).values()];
}

function toLabel(row: Row<'labels'>, pages: ReadonlyMap<string, Page>): Label {
  const verdict = row.verdict === 'false_negative' ? 'false_negative' : 'false_positive';
  return {
    id: labelId(row),
    timeUs: row.time_us ?? 0,
    url: row.url ?? '',
    verdict,
    reason: row.reason,
    correctedCategory: row.corrected_category,
    correctedTags: row.corrected_tags ?? [],
    correctedBy: row.corrected_by,
    traceId: row.trace_id,
    page: pages.get(row.trace_id ?? '') ?? null,
  };
}

/** The id of a label: twelve hex digits. */
export function labelId(row: Pick<Row<'labels'>, 'time_us' | 'trace_id' | 'url' | 'verdict'>): string {
  const words = [row.time_us, row.trace_id, row.url, row.verdict].join(' ');
  return createHash('sha256').update(words).digest('hex').slice(0, 12);
}

async function loadUndone(store: Store): Promise<Set<unknown>> {
  const rows = await store.query<{ attributes: string | null }>('SELECT attributes FROM logs WHERE event_name = $event', {
    event: LOG_LABEL_UNDONE,
  });
  return new Set(rows.map((row) => (JSON.parse(row.attributes ?? '{}') as Record<string, unknown>)[ATTR_LABEL_ID]));
}

/** The last attempt of each labelled trace that was classified. */
async function loadPages(store: Store): Promise<Map<string, Page>> {
  const pages = await store.query<Page>(
    `SELECT * FROM pages WHERE trace_id IN (SELECT trace_id FROM labels)
     ORDER BY CASE WHEN category IS NULL THEN 0 ELSE 1 END, start_us`,
  );
  return new Map(pages.map((page) => [page.trace_id ?? '', page]));
}
