import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { Window } from '../analyses/analysis.ts';
import { loadRetryQueue } from '../analyses/retry-queue.ts';
import { METRIC_TELEMETRY_DROPPED } from '../semconv.ts';
import { attributeText } from './attribute-text.ts';
import { readRises, sumRises } from './counter.ts';
import { failedPages } from './examples.ts';
import { peakGauge } from './gauge.ts';
import type { HealthContext, Measured } from './health-check.ts';
import { number, READERS } from './readings.ts';

const DAY_US = 86_400_000_000;
const MIN_PAGES = 20;
const METRICS_ACTION = 'Check that the crawler ran with metrics on (OTEL_METRICS_EXPORTER is not none).';

/** The highest five minutes of memory use of the last 24 hours, as a share. */
export async function measureMemory({ store, nowUs }: HealthContext): Promise<Measured> {
  const peak = await peakGauge(store, 'system.memory.utilization', lastDay(nowUs), 'used');
  if (peak === null) return { value: null, why: 'No memory metric in the last 24 hours.', action: METRICS_ACTION };
  return { value: peak.value, why: `The highest five minutes of the last 24 hours, at ${iso(peak.atUs)}.` };
}

/** The share of pages that failed in the last 24 hours. */
export async function measureErrorRate({ store, nowUs }: HealthContext): Promise<Measured> {
  const { value, events, evidence } = await READERS.error_rate(store, lastDay(nowUs));
  if (events >= MIN_PAGES) return { value, why: evidence, traces: await failedPages(store, lastDay(nowUs)) };
  return {
    value: null,
    why: `${evidence} Too little to judge: ${MIN_PAGES} pages are needed.`,
    action: 'Check that the crawler ran.',
  };
}

/** Seconds since the newest span or metric. */
export async function measureAge({ store, nowUs }: HealthContext): Promise<Measured> {
  const [row] = await store.query<{ newest: number | null }>(
    `SELECT max(newest) AS newest FROM (
       SELECT max(start_us) AS newest FROM spans WHERE start_us < $now UNION ALL SELECT max(time_us) AS newest FROM metrics WHERE time_us < $now
     ) AS latest`,
    { now: nowUs + 1 },
  );
  const newest = row?.newest ?? null;
  if (newest === null) return { value: null, why: 'There is no telemetry.' };
  return { value: (nowUs - newest) / 1e6, why: `The newest span or metric is from ${iso(newest)}.` };
}

/** Items of telemetry that the crawlers dropped in the last 24 hours. */
export async function measureDropped({ store, nowUs }: HealthContext): Promise<Measured> {
  const window = lastDay(nowUs);
  const [row] = await store.query<{ points: number }>(
    'SELECT count(*) AS points FROM metrics WHERE time_us >= $from AND time_us < $to',
    {
      from: window.fromUs,
      to: window.toUs,
    },
  );
  if (!row?.points) return { value: null, why: 'No metrics in the last 24 hours.', action: METRICS_ACTION };
  const rises = await readRises(store, METRIC_TELEMETRY_DROPPED, window);
  const reasons = rises
    .filter((rise) => rise.value > 0)
    .map((rise) => `${attributeText(rise.attributes['reason'], 'unknown')}: ${number(rise.value)}`);
  return {
    value: sumRises(rises),
    why: reasons.length > 0 ? `Dropped by reason: ${reasons.join(', ')}.` : 'Nothing was dropped.',
  };
}

/** Texts whose last embedding failed and that have not succeeded since; a failure without a content hash counts as one. */
export async function measureRetryQueue({ store, nowUs }: HealthContext): Promise<Measured> {
  const [row] = await store.query<{ asked: number }>(
    "SELECT count(*) AS asked FROM stages WHERE stage = 'embed' AND start_us < $now",
    {
      now: nowUs,
    },
  );
  if (!row?.asked) {
    const action = 'Instrument the embed stage, or leave the check out with --skip retry_queue.';
    return { value: null, why: 'No embedding was recorded.', action };
  }
  const { items, unidentified } = await loadRetryQueue(store);
  const value = items.length + unidentified;
  return { value, why: `${value} texts failed to embed and have not succeeded since (of ${row.asked} embeddings).` };
}

/** The free share of the disk that holds the data folder. */
export async function measureDisk({ data }: HealthContext): Promise<Measured> {
  if (!existsSync(data)) return { value: null, why: `${data} does not exist.` };
  const { bavail, blocks, bsize } = await statfs(data);
  const free = `${number((bavail * bsize) / 1e9)} of ${number((blocks * bsize) / 1e9)} GB are free where ${data} is.`;
  return { value: blocks > 0 ? bavail / blocks : null, why: free };
}

function lastDay(nowUs: number): Window {
  return { fromUs: nowUs - DAY_US, toUs: nowUs };
}

function iso(us: number): string {
  return new Date(us / 1000).toISOString();
}
