import { dialectOf } from '../store/dialect.ts';
import type { Store } from '../store/store.ts';

/** What `crawlscope export` can write. */
export const EXPORTS = ['failures', 'pages', 'thresholds', 'embedding-failures'] as const;
export type ExportName = (typeof EXPORTS)[number];

/** The columns of each export, in order. */
export const EXPORT_COLUMNS: Readonly<Record<ExportName, readonly string[]>> = {
  failures: ['timestamp', 'url', 'stage', 'error', 'exception_type', 'retry_count', 'user_agent', 'response_code', 'trace_id'],
  pages: [
    'url',
    'score',
    'category',
    'tags',
    'length',
    'embedding_id',
    'threshold_passed',
    'processing_time',
    'extraction_method',
    'model_version',
    'trace_id',
  ],
  thresholds: [
    'method',
    'threshold',
    'pass_rate',
    'samples',
    'config_hash',
    'random_seed',
    'versions',
    'hardware_info',
    'trace_id',
  ],
  'embedding-failures': [
    'url',
    'content_hash',
    'failure_reason',
    'attempt_count',
    'last_attempt',
    'content_length',
    'retry_scheduled',
    'trace_id',
  ],
};

/** Columns that the queries give as microseconds, and as JSON text. */
export const TIME_COLUMNS: readonly string[] = ['timestamp', 'last_attempt'];
export const JSON_COLUMNS: readonly string[] = ['versions', 'hardware_info'];

/** The records of an export under the names its users know; `$from` and `$to` bound them in microseconds. */
export function exportQuery(name: ExportName, store: Pick<Store, 'engine'>): string {
  if (name === 'failures') return FAILURES;
  if (name === 'pages') return PAGES;
  return name === 'thresholds' ? thresholdsQuery(store) : EMBEDDING_FAILURES;
}

const FAILURES = `
  SELECT time_us AS timestamp, url, stage, coalesce(error_type, '') || CASE WHEN message IS NULL THEN '' ELSE ': ' || message END AS error,
    exception_type, retry AS retry_count, user_agent, http_status AS response_code, trace_id
  FROM failures WHERE time_us >= $from AND time_us < $to ORDER BY time_us, trace_id, span_id`;

const PAGES = `
  SELECT url, score, category, tags, length, embedding_id, threshold_passed, duration_ms / 1000 AS processing_time, extraction_method,
    model_version, trace_id
  FROM pages WHERE outcome = 'ok' AND start_us >= $from AND start_us < $to ORDER BY start_us, trace_id, span_id`;

/** A run that says nothing about its samples is counted from its pages. */
function thresholdsQuery(store: Pick<Store, 'engine'>): string {
  const { jsonText } = dialectOf(store);
  return `
  WITH judged AS (
    SELECT run_id, sum(weight) AS samples, sum(CASE WHEN threshold_passed THEN weight ELSE 0 END) AS passed,
      max(classification_method) AS method, max(threshold) AS threshold, max(config_hash) AS config_hash
    FROM pages WHERE threshold_passed IS NOT NULL AND run_id IS NOT NULL GROUP BY run_id)
  SELECT coalesce(r.classification_method, j.method) AS method, coalesce(r.threshold, j.threshold) AS threshold,
    CASE WHEN j.samples > 0 THEN j.passed / j.samples ELSE CAST(${jsonText('r.attributes', 'crawl.run.pass_rate')} AS DOUBLE) END AS pass_rate,
    coalesce(j.samples, CAST(${jsonText('r.attributes', 'crawl.run.samples')} AS DOUBLE)) AS samples,
    coalesce(r.config_hash, j.config_hash) AS config_hash, r.random_seed AS random_seed,
    ${jsonText('r.attributes', 'crawl.run.versions')} AS versions, ${jsonText('r.attributes', 'crawl.run.hardware')} AS hardware_info,
    r.trace_id AS trace_id
  FROM runs r LEFT JOIN judged j ON j.run_id = r.run_id
  WHERE r.start_us >= $from AND r.start_us < $to ORDER BY r.start_us, r.trace_id`;
}

/** One row a text that could not be embedded: all its attempts together. */
const EMBEDDING_FAILURES = `
  WITH ordered AS (
    SELECT *, row_number() OVER (PARTITION BY coalesce(content_hash, url) ORDER BY time_us DESC, span_id) AS place,
      count(*) OVER (PARTITION BY coalesce(content_hash, url)) AS attempts
    FROM failures WHERE (error_type = 'embedding' OR stage = 'embed') AND time_us >= $from AND time_us < $to)
  SELECT url, content_hash, message AS failure_reason, attempts AS attempt_count, time_us AS last_attempt, length AS content_length,
    retry_scheduled, trace_id
  FROM ordered WHERE place = 1 ORDER BY time_us, trace_id`;
