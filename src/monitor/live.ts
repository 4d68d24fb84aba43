import * as names from '../semconv.ts';
import type { MetricRow, Rows, SpanRow } from '../store/tail.ts';
import { attributeText } from './attribute-text.ts';
import { addMetric, addSpan, type LiveProcess, startProcess } from './live-process.ts';

/** A page worth showing; `note` is its error class, or its duration. */
export interface LivePage {
  readonly url: string;
  readonly traceId: string;
  readonly note: string;
  readonly stage: string | null;
  readonly atMs: number;
  readonly durationMs: number;
}

/** One crawler process as shown. */
export interface ProcessView {
  readonly name: string;
  readonly pid: string;
  readonly elapsedMs: number;
  readonly memoryBytes: number | null;
  readonly cpu: number | null;
  readonly urlsPerSecond: number;
  readonly ok: number;
  readonly failed: number;
  readonly retried: number;
  readonly queue: number | null;
  readonly cacheHitRate: number | null;
  /** Stages that ended in the last half minute, commonest first. */
  readonly stages: readonly { readonly stage: string; readonly count: number; readonly meanMs: number }[];
  /** Nothing was heard of it for a while. */
  readonly quiet: boolean;
}

/** Everything the monitor shows at one moment. */
export interface LiveView {
  readonly atMs: number;
  readonly processes: readonly ProcessView[];
  readonly total: Omit<ProcessView, 'name' | 'pid' | 'quiet'>;
  readonly slowest: readonly LivePage[];
  readonly failures: readonly LivePage[];
  /** Stretches of the files that could not be read. */
  readonly skipped: number;
}

/** Collects telemetry as it is written; memory is bounded by the number of processes. */
export interface Live {
  add(rows: Rows): void;
  /** Counts stretches that could not be read. */
  skip(stretches: number): void;
  view(nowMs: number): LiveView;
}

const RATE_MS = 30_000;
const QUIET_MS = 150_000;
const SLOWEST_MS = 600_000;
const SHOWN = 10;

export function createLive(): Live {
  const processes = new Map<string, LiveProcess>();
  let skipped = 0;
  const processOf = (row: SpanRow | MetricRow): LiveProcess => {
    const { resource } = row;
    const parts = ['host.name', 'process.pid', 'service.name'].map((name) => attributeText(resource[name], ''));
    const key = attributeText(resource['service.instance.id'], parts.join('/'));
    const known = processes.get(key) ?? startProcess(resource);
    processes.set(key, known);
    return known;
  };
  return {
    add(rows) {
      for (const span of rows.spans)
        if (span.name.startsWith('crawl.') && span.name !== names.SPAN_RUN) addSpan(processOf(span), span);
      for (const metric of rows.metrics) addMetric(processOf(metric), metric);
    },
    skip(stretches) {
      skipped += stretches;
    },
    view: (nowMs) => ({ ...makeView([...processes.values()], nowMs), skipped }),
  };
}

function makeView(processes: readonly LiveProcess[], atMs: number): Omit<LiveView, 'skipped'> {
  const shown = processes.filter((process) => Number.isFinite(process.startMs)).toSorted((a, b) => b.lastMs - a.lastMs);
  const views = shown.map((process) => viewProcess(process, atMs));
  const active = shown.filter((_, index) => views[index]?.quiet === false);
  return {
    atMs,
    processes: views,
    total: sum(shown, active, views, atMs),
    slowest: shown
      .flatMap((process) => process.slowest)
      .filter((page) => atMs - page.atMs < SLOWEST_MS)
      .toSorted((a, b) => b.durationMs - a.durationMs)
      .slice(0, SHOWN),
    failures: shown
      .flatMap((process) => process.failures)
      .toSorted((a, b) => b.atMs - a.atMs)
      .slice(0, SHOWN),
  };
}

function viewProcess(process: LiveProcess, nowMs: number): ProcessView {
  const quiet = nowMs - process.lastMs > QUIET_MS;
  const elapsedMs = Math.max((quiet ? process.lastMs : nowMs) - process.startMs, 0);
  return {
    name: process.name,
    pid: process.pid,
    elapsedMs,
    memoryBytes: quiet ? null : process.memoryBytes,
    cpu: quiet ? null : process.cpu,
    urlsPerSecond: rateOf(process, nowMs, elapsedMs),
    ok: process.ok,
    failed: process.failed,
    retried: process.retried,
    queue: quiet ? null : process.queue,
    cacheHitRate: process.lookups > 0 ? process.hits / process.lookups : null,
    stages: stagesOf([process], nowMs),
    quiet,
  };
}

function sum(
  shown: readonly LiveProcess[],
  active: readonly LiveProcess[],
  views: readonly ProcessView[],
  nowMs: number,
): LiveView['total'] {
  const lookups = shown.reduce((total, process) => total + process.lookups, 0);
  return {
    elapsedMs: Math.max(0, ...views.map((view) => view.elapsedMs)),
    memoryBytes: addKnown(views.map((view) => view.memoryBytes)),
    cpu: addKnown(views.map((view) => view.cpu)),
    urlsPerSecond: views.reduce((total, view) => total + view.urlsPerSecond, 0),
    ok: views.reduce((total, view) => total + view.ok, 0),
    failed: views.reduce((total, view) => total + view.failed, 0),
    retried: views.reduce((total, view) => total + view.retried, 0),
    queue: addKnown(views.map((view) => view.queue)),
    cacheHitRate: lookups > 0 ? shown.reduce((total, process) => total + process.hits, 0) / lookups : null,
    stages: stagesOf(active, nowMs),
  };
}

function addKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

/** Finished pages a second over the last half minute, or over the process's life where that is shorter. */
function rateOf(process: LiveProcess, nowMs: number, elapsedMs: number): number {
  const recent = process.recent.filter(
    (done) => done.stage === names.STAGE_PAGE && done.atMs > nowMs - RATE_MS && done.final,
  ).length;
  return recent / Math.max(Math.min(RATE_MS, elapsedMs) / 1000, 1);
}

function stagesOf(processes: readonly LiveProcess[], nowMs: number): ProcessView['stages'] {
  const found = new Map<string, { count: number; ms: number }>();
  for (const done of processes.flatMap((process) => process.recent)) {
    if (done.stage === names.STAGE_PAGE || done.atMs <= nowMs - RATE_MS) continue;
    const entry = found.get(done.stage) ?? { count: 0, ms: 0 };
    found.set(done.stage, { count: entry.count + 1, ms: entry.ms + done.durationMs });
  }
  return [...found]
    .map(([stage, { count, ms }]) => ({ stage, count, meanMs: ms / count }))
    .toSorted((a, b) => b.count - a.count || (a.stage < b.stage ? -1 : 1));
}
