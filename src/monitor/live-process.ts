import * as names from '../semconv.ts';
import type { Attributes, MetricRow, SpanRow } from '../store/tail.ts';
import { attributeText } from './attribute-text.ts';
import type { LivePage } from './live.ts';

/** What is known of one crawler process. */
export interface LiveProcess {
  readonly name: string;
  readonly pid: string;
  startMs: number;
  lastMs: number;
  memoryBytes: number | null;
  cpu: number | null;
  queue: number | null;
  ok: number;
  failed: number;
  retried: number;
  hits: number;
  lookups: number;
  /** The metric of the cache is known, so spans no longer count. */
  cacheMetric: boolean;
  /** Pages and stages that ended lately, oldest first. */
  recent: { readonly stage: string; readonly atMs: number; readonly durationMs: number; readonly final: boolean }[];
  slowest: LivePage[];
  failures: LivePage[];
  /** Failures of stages whose page has not ended yet, by trace and retry. */
  readonly open: Map<string, { readonly note: string; readonly stage: string; readonly scheduled: boolean }>;
  /** Newest value of each series of a counter or gauge. */
  readonly series: Map<string, { readonly name: string; readonly attributes: Attributes; readonly value: number }>;
}

const RECENT = 20_000;
const KEPT = 20;
const OPEN = 5000;
const SERIES = 2000;

export function startProcess(resource: Attributes): LiveProcess {
  return {
    name: attributeText(resource['service.name'], 'crawler'),
    pid: attributeText(resource['process.pid'], ''),
    startMs: Number.POSITIVE_INFINITY,
    lastMs: 0,
    memoryBytes: null,
    cpu: null,
    queue: null,
    ok: 0,
    failed: 0,
    retried: 0,
    hits: 0,
    lookups: 0,
    cacheMetric: false,
    recent: [],
    slowest: [],
    failures: [],
    open: new Map(),
    series: new Map(),
  };
}

/** Counts a page or stage that has ended. */
export function addSpan(process: LiveProcess, span: SpanRow): void {
  const durationMs = span.durationNs / 1e6;
  const atMs = span.startUs / 1000 + durationMs;
  process.startMs = Math.min(process.startMs, span.startUs / 1000);
  process.lastMs = Math.max(process.lastMs, atMs);
  const key = `${span.traceId} ${attributeText(span.attributes[names.ATTR_RETRY_COUNT], '0')}`;
  noteFailure(process, key, span);
  const stage =
    span.name === names.SPAN_PAGE
      ? names.STAGE_PAGE
      : attributeText(span.attributes[names.ATTR_STAGE], span.name.replace('crawl.', ''));
  const hit = span.attributes[names.ATTR_CACHE_HIT];
  if (stage !== names.STAGE_PAGE && typeof hit === 'boolean' && !process.cacheMetric) {
    process.lookups += 1;
    process.hits += hit ? 1 : 0;
  }
  const final = stage === names.STAGE_PAGE ? endPage(process, key, span, atMs, durationMs) : false;
  process.recent.push({ stage, atMs, durationMs, final });
  if (process.recent.length > RECENT) process.recent = process.recent.slice(-RECENT / 2);
}

/** Keeps the newest value of what the monitor shows. */
export function addMetric(process: LiveProcess, metric: MetricRow): void {
  const atMs = metric.timeUs / 1000;
  process.lastMs = Math.max(process.lastMs, atMs);
  if (metric.startUs !== null && metric.startUs > 0) process.startMs = Math.min(process.startMs, metric.startUs / 1000);
  if (metric.value === null) return;
  if (metric.name === 'process.memory.usage') process.memoryBytes = metric.value;
  else if (metric.name === names.METRIC_QUEUE_SIZE) process.queue = metric.value;
  else if (metric.name === 'process.cpu.utilization') process.cpu = totalOf(process, metric);
  else if (metric.name === names.METRIC_CACHE_LOOKUPS) {
    process.cacheMetric = true;
    process.lookups = totalOf(process, metric);
    process.hits = totalOf(process, metric, (attributes) => attributeText(attributes[names.ATTR_CACHE_HIT], '') === 'true');
  }
}

/** The sum of the newest values of a metric's series, such as the states of a processor. */
function totalOf(process: LiveProcess, metric: MetricRow, keep: (attributes: Attributes) => boolean = () => true): number {
  const key = `${metric.name} ${JSON.stringify(metric.attributes)}`;
  const { name, attributes, value } = metric;
  if (process.series.has(key) || process.series.size < SERIES) process.series.set(key, { name, attributes, value: value ?? 0 });
  const kept = [...process.series.values()].filter((one) => one.name === name && keep(one.attributes));
  return kept.reduce((total, one) => total + one.value, 0);
}

function noteFailure(process: LiveProcess, key: string, span: SpanRow): void {
  const event = span.events.find((one) => one.name === names.EVENT_EXCEPTION);
  if (event === undefined) return;
  if (process.open.size >= OPEN) process.open.delete(process.open.keys().next().value ?? '');
  process.open.set(key, {
    note: attributeText(span.attributes[names.ATTR_ERROR_TYPE] ?? event.attributes[names.ATTR_EXCEPTION_TYPE], 'failed'),
    stage: attributeText(event.attributes[names.ATTR_STAGE] ?? span.attributes[names.ATTR_STAGE], 'page'),
    scheduled: event.attributes[names.ATTR_RETRY_SCHEDULED] === true,
  });
}

/** Counts a page attempt; true where it was the last one of its URL. */
function endPage(process: LiveProcess, key: string, span: SpanRow, atMs: number, durationMs: number): boolean {
  const failure = process.open.get(key);
  process.open.delete(key);
  const page = { url: attributeText(span.attributes[names.ATTR_URL_FULL], ''), traceId: span.traceId, atMs, durationMs };
  process.slowest.push({ ...page, note: failure?.note ?? 'ok', stage: failure?.stage ?? null });
  if (process.slowest.length > 2 * KEPT)
    process.slowest = process.slowest.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, KEPT);
  if (span.status !== 2) {
    process.ok += 1;
    return true;
  }
  const note = failure?.note ?? attributeText(span.attributes[names.ATTR_ERROR_TYPE], 'failed');
  process.failures = [...process.failures.slice(1 - KEPT), { ...page, note, stage: failure?.stage ?? null }];
  if (failure?.scheduled === true) process.retried += 1;
  else process.failed += 1;
  return failure?.scheduled !== true;
}
