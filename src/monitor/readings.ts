import type { Window } from '../analyses/analysis.ts';
import { ATTR_CACHE_HIT, METRIC_CACHE_LOOKUPS } from '../semconv.ts';
import type { Store } from '../store/store.ts';
import { readRises, sumRises } from './counter.ts';
import { cacheMisses, failedPages, largestPages, rejectedPages, slowestPages } from './examples.ts';
import { readGauge } from './gauge.ts';
import type { ExampleTrace } from './message.ts';
import { DRIFT_REFERENCE_DAYS, type RuleId } from './rules.ts';

/** What telemetry says about a rule in one window; `value` is null where there is nothing to say it from. */
export interface Reading {
  readonly value: number | null;
  /** How many pages, look-ups or samples the value rests on. */
  readonly events: number;
  readonly evidence: string;
}

const MEBIBYTE = 1_048_576;
const DAY_US = 86_400_000_000;

/** Reads a rule's value; the same definitions as `prometheus-rules.ts` has for a scrape. */
export const READERS: Readonly<Record<RuleId, (store: Store, window: Window) => Promise<Reading>>> = {
  async memory_mb(store, window) {
    const { highest, samples } = await readGauge(store, 'process.memory.usage', window);
    const value = highest === null ? null : highest / MEBIBYTE;
    return { value, events: samples, evidence: `The largest process held ${number(value)} MB on average (${samples} samples).` };
  },
  async cpu_percent(store, window) {
    const { mean, samples } = await readGauge(store, 'system.cpu.utilization', window, 'idle');
    const value = mean === null ? null : 100 * (1 - mean);
    return { value, events: samples, evidence: `All processors together were ${number(value)} % busy (${samples} samples).` };
  },
  async error_rate(store, window) {
    const [row] = await store.query<{ done: number; failed: number }>(
      `SELECT coalesce(sum(weight), 0) AS done, coalesce(sum(CASE WHEN outcome = 'failed' THEN weight ELSE 0 END), 0) AS failed
       FROM pages WHERE outcome IN ('ok', 'failed') AND start_us >= $from AND start_us < $to`,
      { from: window.fromUs, to: window.toUs },
    );
    const { done, failed } = row ?? { done: 0, failed: 0 };
    const causes = failed > 0 ? await commonestFailures(store, window) : '';
    return { value: ratio(failed, done), events: done, evidence: `${number(failed)} of ${number(done)} pages failed${causes}.` };
  },
  async avg_crawl_time_s(store, window) {
    const [row] = await store.query<{ pages: number; seconds: number | null }>(
      `SELECT coalesce(sum(weight), 0) AS pages, sum(weight * duration_ms) / 1000 AS seconds
       FROM pages WHERE start_us >= $from AND start_us < $to`,
      { from: window.fromUs, to: window.toUs },
    );
    const value = ratio(row?.seconds ?? 0, row?.pages ?? 0);
    return { value, events: row?.pages ?? 0, evidence: `${number(row?.pages ?? 0)} pages took ${number(value)} s on average.` };
  },
  async cache_hit_rate(store, window) {
    const rises = await readRises(store, METRIC_CACHE_LOOKUPS, window);
    const hits = sumRises(rises, (attributes) => String(attributes[ATTR_CACHE_HIT]) === 'true');
    const all = sumRises(rises);
    return { value: ratio(hits, all), events: all, evidence: `${number(hits)} of ${number(all)} cache look-ups hit.` };
  },
  async threshold_drift(store, window) {
    const before = { fromUs: window.fromUs - DRIFT_REFERENCE_DAYS * DAY_US, toUs: window.fromUs };
    const [now, then] = [await readPassRate(store, window), await readPassRate(store, before)];
    const value = now.rate === null || then.rate === null ? null : Math.abs(now.rate - then.rate);
    return {
      value,
      events: Math.min(now.pages, then.pages),
      evidence: `${number(now.rate)} of ${number(now.pages)} pages passed the threshold; before that ${number(then.rate)} of ${number(then.pages)}.`,
    };
  },
};

/** Pages that show a rule's problem. */
export const EXAMPLES: Readonly<Record<RuleId, (store: Store, window: Window) => Promise<readonly ExampleTrace[]>>> = {
  memory_mb: largestPages,
  cpu_percent: slowestPages,
  error_rate: failedPages,
  avg_crawl_time_s: slowestPages,
  cache_hit_rate: cacheMisses,
  threshold_drift: rejectedPages,
};

/** A number for people: four significant digits, or `no data`. */
export function number(value: number | null): string {
  return value === null ? 'no data' : String(Number(value.toPrecision(4)));
}

async function readPassRate(store: Store, window: Window): Promise<{ rate: number | null; pages: number }> {
  const [row] = await store.query<{ pages: number; passed: number }>(
    `SELECT coalesce(sum(weight), 0) AS pages, coalesce(sum(CASE WHEN threshold_passed THEN weight ELSE 0 END), 0) AS passed
     FROM pages WHERE threshold_passed IS NOT NULL AND start_us >= $from AND start_us < $to`,
    { from: window.fromUs, to: window.toUs },
  );
  return { rate: ratio(row?.passed ?? 0, row?.pages ?? 0), pages: row?.pages ?? 0 };
}

async function commonestFailures(store: Store, window: Window): Promise<string> {
  const rows = await store.query<{ error_type: string | null; domain: string | null; count: number }>(
    `SELECT error_type, domain, sum(weight) AS count FROM pages WHERE outcome = 'failed' AND start_us >= $from AND start_us < $to
     GROUP BY error_type, domain ORDER BY count DESC, error_type, domain LIMIT 3`,
    { from: window.fromUs, to: window.toUs },
  );
  return `: ${rows.map((row) => `${row.error_type ?? 'failed'} on ${row.domain ?? '?'} ${number(row.count)} times`).join(', ')}`;
}

function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
