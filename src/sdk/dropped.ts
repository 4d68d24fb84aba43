import { metrics } from '@opentelemetry/api';
import { METRIC_TELEMETRY_DROPPED, SCOPE_NAME } from '../semconv.ts';

/** Kinds of telemetry. */
export type Signal = 'traces' | 'metrics' | 'logs';

const totals = new Map<string, number>();
const warned = new Set<string>();

/** Counts telemetry that was lost, and says so once per reason. */
export function countDropped(signal: Signal, reason: string, items: number, detail = ''): void {
  const key = `${signal} ${reason}`;
  totals.set(key, (totals.get(key) ?? 0) + items);
  const options = { unit: '{item}', description: 'Spans, metric points and log records that were lost' };
  metrics.getMeter(SCOPE_NAME).createCounter(METRIC_TELEMETRY_DROPPED, options).add(items, { signal, reason });
  warnOnce(key, `telemetry is being dropped (${signal}, ${reason})${detail && `: ${detail}`}; the crawl goes on`);
}

/** What was lost so far, by `signal reason`. */
export function droppedTotals(): ReadonlyMap<string, number> {
  return totals;
}

/** Warns on standard error, once per key, without breaking anything. */
export function warnOnce(key: string, message: string): void {
  if (warned.has(key)) return;
  warned.add(key);
  process.emitWarning(message, 'CrawlscopeWarning');
}
