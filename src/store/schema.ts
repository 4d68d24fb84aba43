import type { ColumnType } from './tables.ts';

/** Bumped when the tables below change; a store of another version is refused, because files can always be read again. */
export const SCHEMA_VERSION = 2;

type Columns = Readonly<Record<string, ColumnType>>;

const SPAN: Columns = {
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
  resource_id: 'int',
};

/**
 * The tables on disk. A span is stored once, in the table of its class, with the columns its class is asked for; the views put them
 * together to the tables of `tables.ts`. Rows of `span_*` and `failures` carry `n`, their span's number in the batch, while staged.
 */
export const PHYSICAL = {
  span_pages: {
    ...SPAN,
    run_id: 'string',
    score: 'double',
    category: 'string',
    tags: 'string[]',
    tag_scores: 'double[]',
    length: 'int',
    content_hash: 'string',
    embedding_id: 'string',
    depth: 'int',
    extraction_method: 'string',
    threshold: 'double',
    threshold_passed: 'boolean',
    classification_method: 'string',
    config_hash: 'string',
    cache_hit: 'boolean',
    queue_wait_s: 'double',
    discovered_by_trace_id: 'string',
    weight: 'double',
  },
  span_stages: {
    ...SPAN,
    http_status: 'int',
    body_size: 'int',
    cache_hit: 'boolean',
    content_hash: 'string',
    embedding_id: 'string',
    weight: 'double',
  },
  span_others: SPAN,
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
  metric_points: {
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
  log_records: {
    time_us: 'int',
    event_name: 'string',
    severity: 'int',
    body: 'json',
    trace_id: 'string',
    span_id: 'string',
    service: 'string',
    attributes: 'json',
  },
} as const satisfies Record<string, Columns>;

export type PhysicalTable = keyof typeof PHYSICAL;

/** Tables whose rows carry `key`, a hash of what makes a record the same record when it is read twice. */
export const KEYED: readonly PhysicalTable[] = ['span_pages', 'span_stages', 'span_others', 'metric_points', 'log_records'];

const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  string: 'VARCHAR',
  int: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  'string[]': 'VARCHAR[]',
  'double[]': 'DOUBLE[]',
  json: 'VARCHAR',
};

/** The statements that create what is missing of the tables on disk. */
export function tableStatements(): string[] {
  const tables = Object.entries(PHYSICAL).map(([table, columns]) => {
    const types = Object.entries(columns as Columns).map(([name, type]) => `${name} ${SQL_TYPES[type]}`);
    if (KEYED.includes(table as PhysicalTable)) types.unshift('key UBIGINT');
    return `CREATE TABLE IF NOT EXISTS ${table} (${types.join(', ')})`;
  });
  return [
    ...tables,
    'CREATE TABLE IF NOT EXISTS resources (id BIGINT PRIMARY KEY, resource VARCHAR)',
    'CREATE TABLE IF NOT EXISTS retried_attempts (trace_id VARCHAR, retry BIGINT)',
    `CREATE TABLE IF NOT EXISTS ingested_files (id BIGINT PRIMARY KEY, path VARCHAR, inode VARCHAR, size BIGINT, modified_ms BIGINT,
       plain_offset BIGINT, frame BIGINT, frame_offset BIGINT, head_bytes BIGINT, head_hash VARCHAR, fingerprint VARCHAR,
       pending_bytes BIGINT, pending_reason VARCHAR)`,
    'CREATE TABLE IF NOT EXISTS skipped_stretches (file VARCHAR, byte_offset BIGINT, bytes BIGINT, reason VARCHAR)',
    `CREATE TABLE IF NOT EXISTS store_version AS SELECT ${SCHEMA_VERSION} AS version`,
  ];
}
