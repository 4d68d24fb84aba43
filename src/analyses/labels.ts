import { createHash } from 'node:crypto';
import * as semconv from '../semconv.ts';
import { dialectOf } from '../store/dialect.ts';
import type { Store } from '../store/store.ts';
import type { Row } from '../store/tables.ts';

type Page = Row<'pages'>;

/** A label that was not taken back, with the page that it corrects as it was classified; null where that page is not in the store. */
export interface Label {
  /** Follows from time, page and verdict, so that it is the same in every store. */
  readonly id: string;
  readonly timeUs: number;
  readonly url: string;
  readonly verdict: semconv.Verdict;
  readonly reason: string | null;
  readonly correctedCategory: string | null;
  /** Null where the label says nothing about tags. */
  readonly correctedTags: readonly string[] | null;
  readonly correctedBy: string | null;
  /** Why the page was suggested for a look, where it was. */
  readonly samplingReason: string | null;
  readonly traceId: string | null;
  readonly page: Page | null;
}

type LogRow = Pick<Row<'logs'>, 'time_us' | 'trace_id' | 'attributes'>;

/** All labels in force, oldest first. */
export async function loadLabels(store: Store): Promise<Label[]> {
  const records = await loadRecords(store, semconv.LOG_LABEL);
  if (records.length === 0) return [];
  const undone = new Set(
    (await loadRecords(store, semconv.LOG_LABEL_UNDONE)).map(({ attributes }) => attributes[semconv.ATTR_LABEL_ID]),
  );
  const pages = await loadPages(store);
  const labels = records.map((record) => toLabel(record, pages));
  return [...new Map(labels.map((label) => [label.id, label])).values()].filter((label) => !undone.has(label.id));
}

/** The latest label of every page: who marks a page again corrects the first mark. */
export function latestByPage(labels: readonly Label[]): Label[] {
  return [...new Map(labels.map((label) => [label.traceId ?? label.url, label])).values()];
}

/** The id of a label: twelve hex digits. */
export function labelId(timeUs: number, traceId: string | null, url: string, verdict: string): string {
  return createHash('sha256').update([timeUs, traceId, url, verdict].join(' ')).digest('hex').slice(0, 12);
}

interface LabelRecord {
  readonly timeUs: number;
  readonly traceId: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

async function loadRecords(store: Store, event: string): Promise<LabelRecord[]> {
  const rows = await store.query<LogRow>(
    'SELECT time_us, trace_id, attributes FROM logs WHERE event_name = $event ORDER BY time_us, trace_id',
    { event },
  );
  return rows.map((row) => ({
    timeUs: row.time_us ?? 0,
    traceId: row.trace_id,
    attributes: JSON.parse(row.attributes ?? '{}') as Record<string, unknown>,
  }));
}

function toLabel({ timeUs, traceId: recordTrace, attributes }: LabelRecord, pages: ReadonlyMap<string, Page>): Label {
  const text = (name: string): string | null => (typeof attributes[name] === 'string' ? attributes[name] : null);
  const url = text(semconv.ATTR_URL_FULL) ?? '';
  const traceId = text(semconv.ATTR_LABEL_TRACE_ID) ?? recordTrace;
  const verdict = text(semconv.ATTR_LABEL_VERDICT) === 'false_negative' ? 'false_negative' : 'false_positive';
  const tags = attributes[semconv.ATTR_LABEL_TAGS];
  return {
    id: labelId(timeUs, traceId, url, verdict),
    timeUs,
    url,
    verdict,
    reason: text(semconv.ATTR_LABEL_REASON),
    correctedCategory: text(semconv.ATTR_LABEL_CATEGORY),
    correctedTags: Array.isArray(tags) ? tags.map(String) : null,
    correctedBy: text(semconv.ATTR_LABEL_BY),
    samplingReason: text(semconv.ATTR_LABEL_SAMPLING),
    traceId,
    page: pages.get(traceId ?? '') ?? null,
  };
}

/** The last attempt of each labelled trace that was classified. */
async function loadPages(store: Store): Promise<Map<string, Page>> {
  const pages = await store.query<Page>(
    `SELECT * FROM pages WHERE ${dialectOf(store).isIdOf('trace_id', 'SELECT trace_id FROM labels')}
     ORDER BY CASE WHEN category IS NULL THEN 0 ELSE 1 END, start_us`,
  );
  return new Map(pages.map((page) => [page.trace_id ?? '', page]));
}
