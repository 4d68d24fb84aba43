/**
 * The tables an analysis may query, the same on every engine. Times are microseconds since the Unix epoch (`*_us`), durations
 * milliseconds (`*_ms`), `json` columns JSON text. Every column may be NULL unless the span always carries it.
 */
export type ColumnType = 'string' | 'int' | 'double' | 'boolean' | 'string[]' | 'double[]' | 'json';

export const TABLES = {
  /** Every span, whole: what `trace` shows. */
  spans: {
    trace_id: 'string',
    span_id: 'string',
    parent_span_id: 'string',
    name: 'string',
    kind: 'int',
    stage: 'string',
    service: 'string',
    url: 'string',
    domain: 'string',
    retry: 'int',
    start_us: 'int',
    duration_ms: 'double',
    status: 'int',
    status_message: 'string',
    error_type: 'string',
    model_version: 'string',
    attributes: 'json',
    events: 'json',
    links: 'json',
    resource: 'json',
  },
  /** One row an attempt at a URL (`crawl.page` spans). `outcome` is `ok`, `failed` or `retried` (failed, but tried again or scheduled to be). */
  pages: {
    trace_id: 'string',
    span_id: 'string',
    parent_span_id: 'string',
    service: 'string',
    run_id: 'string',
    url: 'string',
    domain: 'string',
    retry: 'int',
    start_us: 'int',
    duration_ms: 'double',
    outcome: 'string',
    error_type: 'string',
    score: 'double',
    category: 'string',
    tags: 'string[]',
    tag_scores: 'double[]',
    length: 'int',
    content_hash: 'string',
    embedding_id: 'string',
    depth: 'int',
    extraction_method: 'string',
    model_version: 'string',
    threshold: 'double',
    threshold_passed: 'boolean',
    classification_method: 'string',
    config_hash: 'string',
    cache_hit: 'boolean',
    queue_wait_s: 'double',
    discovered_by_trace_id: 'string',
    /** How many pages this row stands for when spans were sampled; 1 otherwise. */
    weight: 'double',
  },
  /** One row a stage span (`crawl.fetch`, `crawl.extract`, ... and custom ones). */
  stages: {
    trace_id: 'string',
    span_id: 'string',
    parent_span_id: 'string',
    service: 'string',
    name: 'string',
    stage: 'string',
    url: 'string',
    domain: 'string',
    retry: 'int',
    start_us: 'int',
    duration_ms: 'double',
    status: 'int',
    error_type: 'string',
    model_version: 'string',
    http_status: 'int',
    body_size: 'int',
    cache_hit: 'boolean',
    content_hash: 'string',
    embedding_id: 'string',
    weight: 'double',
  },
  /** One row an `exception` event, on the span of the stage where it happened. */
  failures: {
    trace_id: 'string',
    span_id: 'string',
    service: 'string',
    time_us: 'int',
    url: 'string',
    domain: 'string',
    stage: 'string',
    error_type: 'string',
    exception_type: 'string',
    message: 'string',
    stacktrace: 'string',
    retry: 'int',
    retry_scheduled: 'boolean',
    http_status: 'int',
    user_agent: 'string',
    content_hash: 'string',
    length: 'int',
  },
  /** One row a `crawl.run` span. `attributes` and `resource` keep versions and hardware. */
  runs: {
    trace_id: 'string',
    span_id: 'string',
    service: 'string',
    run_id: 'string',
    start_us: 'int',
    duration_ms: 'double',
    status: 'int',
    classification_method: 'string',
    threshold: 'double',
    config_hash: 'string',
    random_seed: 'int',
    model_version: 'string',
    attributes: 'json',
    resource: 'json',
  },
  /** One row a metric data point. `instance` tells processes apart. */
  metrics: {
    time_us: 'int',
    start_us: 'int',
    name: 'string',
    unit: 'string',
    type: 'string',
    temporality: 'int',
    service: 'string',
    instance: 'string',
    attributes: 'json',
    value: 'double',
    count: 'double',
    sum: 'double',
    min: 'double',
    max: 'double',
    bounds: 'double[]',
    buckets: 'double[]',
  },
  /** One row a log record. */
  logs: {
    time_us: 'int',
    event_name: 'string',
    severity: 'int',
    body: 'json',
    trace_id: 'string',
    span_id: 'string',
    service: 'string',
    attributes: 'json',
  },
  /** One row a `crawl.label` log record; `trace_id` is the page it corrects. */
  labels: {
    time_us: 'int',
    url: 'string',
    verdict: 'string',
    reason: 'string',
    corrected_category: 'string',
    corrected_tags: 'string[]',
    corrected_by: 'string',
    trace_id: 'string',
  },
} as const satisfies Record<string, Record<string, ColumnType>>;

export type TableName = keyof typeof TABLES;

interface ColumnValues {
  string: string | null;
  int: number | null;
  double: number | null;
  boolean: boolean | null;
  'string[]': string[] | null;
  'double[]': number[] | null;
  json: string | null;
}

/** A row of table `T` as a query returns it. */
export type Row<T extends TableName> = {
  [C in keyof (typeof TABLES)[T]]: (typeof TABLES)[T][C] extends ColumnType ? ColumnValues[(typeof TABLES)[T][C]] : never;
};
