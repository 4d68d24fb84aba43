import { metrics, type Attributes, type Counter, type Histogram, type Meter } from '@opentelemetry/api';
import {
  ATTR_CACHE_HIT,
  ATTR_CACHE_NAME,
  ATTR_ERROR_TYPE,
  ATTR_OUTCOME,
  ATTR_PAGE_CATEGORY,
  ATTR_STAGE,
  DURATION_BUCKETS,
  METRIC_CACHE_LOOKUPS,
  METRIC_PAGES,
  METRIC_PAGE_DURATION,
  METRIC_QUEUE_WAIT,
  METRIC_RETRIES,
  METRIC_STAGE_DURATION,
  SCOPE_NAME,
  type Outcome,
} from '../semconv.ts';

interface Instruments {
  readonly pageDuration: Histogram;
  readonly stageDuration: Histogram;
  readonly queueWait: Histogram;
  readonly pages: Counter;
  readonly retries: Counter;
  readonly cacheLookups: Counter;
}

/** What the end of an attempt is counted by. */
export interface PageEnd {
  readonly seconds: number;
  readonly outcome: Outcome;
  readonly category: string | undefined;
  readonly failure: { readonly stage: string; readonly errorType: string } | undefined;
}

let provider: unknown;
let cached: Instruments | undefined;
const stageSeries = new Map<string, Attributes>();
const SERIES_LIMIT = 1000;

/** The meter of the global provider, which may have been set since the last call. */
export function meter(): Meter {
  return metrics.getMeter(SCOPE_NAME);
}

/** Counts an attempt that ended. */
export function recordPageEnd({ seconds, outcome, category, failure }: PageEnd): void {
  const { pageDuration, pages, retries } = instruments();
  const byOutcome: Attributes = { [ATTR_OUTCOME]: outcome };
  pageDuration.record(seconds, failure ? { ...byOutcome, [ATTR_ERROR_TYPE]: failure.errorType } : byOutcome);
  pages.add(1, category === undefined ? byOutcome : { ...byOutcome, [ATTR_PAGE_CATEGORY]: category });
  if (failure && outcome === 'retried') retries.add(1, { [ATTR_STAGE]: failure.stage, [ATTR_ERROR_TYPE]: failure.errorType });
}

/** Counts a stage that ended. */
export function recordStageEnd(stage: string, seconds: number, errorType: string | undefined): void {
  instruments().stageDuration.record(seconds, seriesOf(stage, errorType));
}

/** Counts the seconds a request waited in its queue. */
export function recordQueueWait(seconds: number): void {
  instruments().queueWait.record(seconds);
}

/** Counts one question to a cache. */
export function recordCacheLookup(name: string, hit: boolean): void {
  instruments().cacheLookups.add(1, { [ATTR_CACHE_NAME]: name, [ATTR_CACHE_HIT]: hit });
}

function seriesOf(stage: string, errorType: string | undefined): Attributes {
  const key = errorType === undefined ? stage : `${stage} ${errorType}`;
  let series = stageSeries.get(key);
  if (series === undefined) {
    series = errorType === undefined ? { [ATTR_STAGE]: stage } : { [ATTR_STAGE]: stage, [ATTR_ERROR_TYPE]: errorType };
    if (stageSeries.size < SERIES_LIMIT) stageSeries.set(key, series);
  }
  return series;
}

function instruments(): Instruments {
  const current = metrics.getMeterProvider();
  if (cached === undefined || current !== provider) {
    provider = current;
    cached = createInstruments(meter());
  }
  return cached;
}

function createInstruments(source: Meter): Instruments {
  const seconds = { unit: 's', advice: { explicitBucketBoundaries: [...DURATION_BUCKETS] } };
  return {
    pageDuration: source.createHistogram(METRIC_PAGE_DURATION, { ...seconds, description: 'Time one attempt at a URL took' }),
    stageDuration: source.createHistogram(METRIC_STAGE_DURATION, { ...seconds, description: 'Time one stage of a page took' }),
    queueWait: source.createHistogram(METRIC_QUEUE_WAIT, { ...seconds, description: 'Time between enqueue and start' }),
    pages: source.createCounter(METRIC_PAGES, { unit: '{page}', description: 'Attempts at URLs' }),
    retries: source.createCounter(METRIC_RETRIES, { unit: '{retry}', description: 'Attempts that will be tried again' }),
    cacheLookups: source.createCounter(METRIC_CACHE_LOOKUPS, { unit: '{lookup}', description: 'Questions to caches' }),
  };
}
