import { SpanStatusCode } from '@opentelemetry/api';
import { MetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import * as names from '../semconv.ts';

/** The in-process monitor: a processor that sees the spans and a reader that asks the metrics. */
export interface MonitorLine {
  readonly processor: SpanProcessor;
  readonly reader: MetricReader;
}

interface Seen {
  readonly ms: number;
  readonly text: string;
}

const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const URL_LENGTH = 80;

/** Writes one line about this crawler at every interval, whole, so that it never cuts into the crawler's own lines. */
export function startMonitorLine(intervalMs: number, write: (line: string) => void = writeError): MonitorLine {
  const running = new Map<string, number>();
  const started = performance.now();
  let slowest: Seen | undefined;
  let failure: string | undefined;
  let before = { at: started, pages: 0, cpu: process.cpuUsage() };
  const count = (span: ReadableSpan, by: number): void => {
    const stage = stageOf(span);
    if (stage === undefined) return;
    const now = (running.get(stage) ?? 0) + by;
    if (now > 0) running.set(stage, now);
    else running.delete(stage);
  };
  const print = async (): Promise<void> => {
    const { resourceMetrics } = await reader.collect();
    const pages = (outcome: string): number => sum(resourceMetrics, names.METRIC_PAGES, names.ATTR_OUTCOME, outcome);
    const [ok, failed, retried] = names.OUTCOMES.map(pages) as [number, number, number];
    const at = performance.now();
    const cpu = process.cpuUsage();
    const seconds = Math.max((at - before.at) / 1000, 0.001);
    const busy = (cpu.user + cpu.system - before.cpu.user - before.cpu.system) / 1e6 / seconds;
    const stages = [...running].toSorted((a, b) => b[1] - a[1]).map(([stage, now]) => `${clean(stage)} ${now}`);
    const parts = [
      `crawlscope ${clock(at - started)}`,
      `RAM ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB`,
      `CPU ${Math.round(100 * busy)} %`,
      `${((ok + failed - before.pages) / seconds).toFixed(1)} URLs/s`,
      `${ok} ok, ${failed} errors, ${retried} retries`,
      ...describeQueue(resourceMetrics),
      ...describeCache(resourceMetrics),
      ...(stages.length > 0 ? [`now ${stages.join(', ')}`] : []),
      ...(slowest ? [`slowest ${(slowest.ms / 1000).toFixed(1)} s ${slowest.text}`] : []),
      ...(failure === undefined ? [] : [`last failure ${failure}`]),
    ];
    before = { at, pages: ok + failed, cpu };
    slowest = undefined;
    write(`${parts.join(' | ')}\n`);
  };
  const timer = setInterval(() => void print().catch(() => undefined), intervalMs).unref();
  const reader = new MonitorReader(timer);
  return {
    reader,
    processor: {
      onStart: (span) => count(span, 1),
      onEnd(span) {
        count(span, -1);
        if (span.name !== names.SPAN_PAGE) return;
        const ms = span.duration[0] * 1000 + span.duration[1] / 1e6;
        const url = shorten(span.attributes[names.ATTR_URL_FULL]);
        if (ms > (slowest?.ms ?? 0)) slowest = { ms, text: url };
        if (span.status.code === SpanStatusCode.ERROR)
          failure = `${clean(span.attributes[names.ATTR_ERROR_TYPE] ?? 'failed')} ${url}`;
      },
      forceFlush: async () => {},
      shutdown: async () => clearInterval(timer),
    },
  };
}

/** Asked by the timer alone; nothing is exported. */
class MonitorReader extends MetricReader {
  readonly #timer: NodeJS.Timeout;

  constructor(timer: NodeJS.Timeout) {
    super();
    this.#timer = timer;
  }

  override async onForceFlush(): Promise<void> {}

  override async onShutdown(): Promise<void> {
    clearInterval(this.#timer);
  }
}

function stageOf({ name }: ReadableSpan): string | undefined {
  if (!name.startsWith('crawl.') || name === names.SPAN_RUN || name === names.SPAN_PAGE) return undefined;
  return name.slice('crawl.'.length);
}

function describeQueue(metrics: ResourceMetrics): string[] {
  const points = pointsOf(metrics, names.METRIC_QUEUE_SIZE);
  return points.length > 0 ? [`queue ${points.reduce((total, point) => total + point.value, 0)}`] : [];
}

function describeCache(metrics: ResourceMetrics): string[] {
  const points = pointsOf(metrics, names.METRIC_CACHE_LOOKUPS);
  const all = points.reduce((total, point) => total + point.value, 0);
  return all > 0
    ? [`cache ${Math.round((100 * sum(metrics, names.METRIC_CACHE_LOOKUPS, names.ATTR_CACHE_HIT, true)) / all)} %`]
    : [];
}

function sum(metrics: ResourceMetrics, name: string, attribute: string, value: unknown): number {
  const points = pointsOf(metrics, name).filter((point) => point.attributes[attribute] === value);
  return points.reduce((total, point) => total + point.value, 0);
}

function pointsOf(metrics: ResourceMetrics, name: string) {
  const found = metrics.scopeMetrics.flatMap((scope) => scope.metrics).filter((metric) => metric.descriptor.name === name);
  return found.flatMap((metric) =>
    metric.dataPoints.flatMap(({ attributes, value }) => (typeof value === 'number' ? [{ attributes, value }] : [])),
  );
}

function shorten(url: unknown): string {
  const text = clean(url ?? '');
  return text.length > URL_LENGTH ? `${text.slice(0, URL_LENGTH - 1)}…` : text;
}

function clean(text: unknown): string {
  return String(text).toWellFormed().replace(UNSAFE, '?');
}

function clock(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(11, 19);
}

function writeError(line: string): void {
  process.stderr.write(line);
}
