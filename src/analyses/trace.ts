import { SPAN_PAGE } from '../semconv.ts';
import { dialectOf } from '../store/dialect.ts';
import type { Store } from '../store/store.ts';
import type { Row } from '../store/tables.ts';

/** Attributes by name, values as they came. */
type Attributes = Readonly<Record<string, unknown>>;

/** An event of a span; `time` is ISO 8601 with microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly time: string;
  readonly attributes: Attributes;
}

/** One span of an attempt; `start` is ISO 8601 with microseconds. */
export interface TraceSpan {
  readonly name: string;
  readonly stage: string | null;
  readonly start: string;
  readonly duration_ms: number;
  readonly status: 'unset' | 'ok' | 'error';
  readonly error_type: string | null;
  readonly attributes: Attributes;
  readonly events: readonly TraceEvent[];
}

/** One attempt at the URL; `incomplete` means that its page span never arrived. */
export interface TraceAttempt {
  readonly retry: number;
  readonly start: string;
  readonly duration_ms: number;
  readonly outcome: 'ok' | 'failed' | 'retried' | 'incomplete';
  readonly error_type: string | null;
  readonly spans: readonly TraceSpan[];
}

/** A URL's way through the pipeline; the JSON of `crawlscope trace`. */
export interface Trace {
  readonly url: string | null;
  readonly trace_id: string;
  readonly attempts: readonly TraceAttempt[];
}

type SpanRow = Row<'spans'>;
const STATUSES = ['unset', 'ok', 'error'] as const;

/** Reads a whole trace, its spans grouped by the attempt they belong to. */
export async function readTrace(store: Store, traceId: string): Promise<Trace> {
  const where = dialectOf(store).isId('trace_id', '$traceId');
  const spans = await store.query<SpanRow>(`SELECT * FROM spans WHERE ${where} ORDER BY start_us, span_id`, { traceId });
  const pages = await store.query<Pick<Row<'pages'>, 'span_id' | 'outcome'>>(
    `SELECT span_id, outcome FROM pages WHERE ${where}`,
    { traceId },
  );
  const outcomes = new Map(pages.map((page) => [page.span_id, page.outcome]));
  const byId = new Map(spans.map((span) => [span.span_id, span]));
  const groups = Map.groupBy(spans, (span) => attemptOf(span, byId));
  const attempts = [...groups.values()].map((group) => describeAttempt(group, outcomes));
  const url = spans.find((span) => span.name === SPAN_PAGE)?.url ?? spans.find((span) => span.stage !== null)?.url ?? null;
  return { url, trace_id: traceId, attempts: attempts.toSorted((a, b) => a.retry - b.retry || (a.start < b.start ? -1 : 1)) };
}

/** The page span above a span; where that was lost, the retry count still tells the attempts apart. */
function attemptOf(span: SpanRow, byId: ReadonlyMap<string | null, SpanRow>): string {
  const seen = new Set<SpanRow>();
  let at: SpanRow | undefined = span;
  while (at && at.name !== SPAN_PAGE && !seen.has(at)) {
    seen.add(at);
    at = byId.get(at.parent_span_id);
  }
  return at?.name === SPAN_PAGE ? `page ${at.span_id}` : `retry ${span.retry ?? 0}`;
}

function describeAttempt(group: readonly SpanRow[], outcomes: ReadonlyMap<string | null, string | null>): TraceAttempt {
  const page = group.find((span) => span.name === SPAN_PAGE);
  const startUs = page?.start_us ?? Math.min(...group.map((span) => span.start_us ?? 0));
  const endUs = Math.max(...group.map((span) => (span.start_us ?? 0) + (span.duration_ms ?? 0) * 1000));
  return {
    retry: page?.retry ?? group[0]?.retry ?? 0,
    start: formatMicroseconds(startUs),
    duration_ms: page?.duration_ms ?? (endUs - startUs) / 1000,
    outcome: page ? ((outcomes.get(page.span_id) ?? 'incomplete') as TraceAttempt['outcome']) : 'incomplete',
    error_type: page?.error_type ?? group.find((span) => span.error_type !== null)?.error_type ?? null,
    spans: group.toSorted((a, b) => Number(b === page) - Number(a === page)).map(describeSpan),
  };
}

function describeSpan(span: SpanRow): TraceSpan {
  const events = JSON.parse(span.events ?? '[]') as { timeUs: number; name: string; attributes: Attributes }[];
  return {
    name: span.name ?? '',
    stage: span.stage,
    start: formatMicroseconds(span.start_us ?? 0),
    duration_ms: span.duration_ms ?? 0,
    status: STATUSES[span.status ?? 0] ?? 'unset',
    error_type: span.error_type,
    attributes: JSON.parse(span.attributes ?? '{}') as Attributes,
    events: events.map((event) => ({ name: event.name, time: formatMicroseconds(event.timeUs), attributes: event.attributes })),
  };
}

/** ISO 8601 in UTC with microseconds. */
export function formatMicroseconds(us: number): string {
  const whole = Math.floor(us / 1000);
  return new Date(whole).toISOString().replace('Z', `${String(Math.round(us - whole * 1000)).padStart(3, '0')}Z`);
}
