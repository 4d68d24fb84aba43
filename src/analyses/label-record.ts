import { CrawlscopeError } from '../errors.ts';
import * as semconv from '../semconv.ts';
import { dialectOf } from '../store/dialect.ts';
import { appendLogs } from '../store/append.ts';
import type { Store } from '../store/store.ts';
import type { Row } from '../store/tables.ts';
import { labelId, type Label } from './labels.ts';
import type { Lookup } from './page-lookup.ts';

type Page = Row<'pages'>;

/** What a person says about a page. */
export interface Mark {
  readonly verdict: semconv.Verdict;
  readonly reason: string;
  readonly category: string | null;
  readonly tags: readonly string[] | null;
  readonly by: string | null;
  readonly samplingReason: string | null;
  readonly timeUs: number;
}

/** The latest visit of a page that was classified; rejects with `NOT_CLASSIFIED` where there is none. */
export async function findClassified(store: Store, { url, visits }: Extract<Lookup, { kind: 'found' }>): Promise<Page> {
  for (const { traceId } of visits) {
    const [page] = await store.query<Page>(
      `SELECT * FROM pages WHERE ${dialectOf(store).isId('trace_id', '$traceId')} AND category IS NOT NULL ORDER BY start_us DESC LIMIT 1`,
      { traceId },
    );
    if (page) return page;
  }
  throw new CrawlscopeError(
    'NOT_CLASSIFIED',
    `no visit of ${url ?? 'this page'} was classified, so there is nothing to correct`,
    `See what happened to it: crawlscope trace ${visits[0]?.traceId ?? ''}`,
  );
}

/** Appends the label to the telemetry in `folder`, linked to the page's span, and resolves to its id once it is on disk. */
export async function recordLabel(folder: string, page: Page, mark: Mark): Promise<string> {
  const url = page.url ?? '';
  const attributes = {
    [semconv.ATTR_URL_FULL]: url,
    [semconv.ATTR_LABEL_VERDICT]: mark.verdict,
    [semconv.ATTR_LABEL_REASON]: mark.reason,
    ...(mark.category !== null && { [semconv.ATTR_LABEL_CATEGORY]: mark.category }),
    ...(mark.tags && { [semconv.ATTR_LABEL_TAGS]: [...mark.tags] }),
    ...(mark.by !== null && { [semconv.ATTR_LABEL_BY]: mark.by }),
    ...(mark.samplingReason !== null && { [semconv.ATTR_LABEL_SAMPLING]: mark.samplingReason }),
    [semconv.ATTR_LABEL_TRACE_ID]: page.trace_id,
  };
  const ids = { ...(page.trace_id && { traceId: page.trace_id }), ...(page.span_id && { spanId: page.span_id }) };
  const body = `${mark.verdict.replace('_', ' ')}: ${mark.reason}`;
  await appendLogs(folder, labelFile(mark.timeUs), [
    { eventName: semconv.LOG_LABEL, timeUs: mark.timeUs, body, ...ids, attributes },
  ]);
  return labelId(mark.timeUs, page.trace_id, url, mark.verdict);
}

/** Takes a label back by a record that says so. */
export async function undoLabel(folder: string, label: Label, timeUs: number): Promise<void> {
  const attributes = { [semconv.ATTR_URL_FULL]: label.url, [semconv.ATTR_LABEL_ID]: label.id };
  const body = `label ${label.id} undone`;
  await appendLogs(folder, labelFile(timeUs), [{ eventName: semconv.LOG_LABEL_UNDONE, timeUs, body, attributes }]);
}

function labelFile(timeUs: number): string {
  return `labels-${new Date(timeUs / 1000).toISOString().slice(0, 7)}.jsonl`;
}
