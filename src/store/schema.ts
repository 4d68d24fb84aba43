import { TABLES, type ColumnType } from './tables.ts';

/** Bumped when the tables below change; a store of another version is refused, because files can always be read again. */
export const SCHEMA_VERSION = 2;

type Columns = Readonly<Record<string, ColumnType>>;

const { resource: _wide, ...NARROW } = TABLES.spans;
/** The columns of every span; resources are stored once each. */
const SPAN: Columns = { ...NARROW, resource_id: 'int' };

/**
 * The tables on disk. A span is stored once, in the table of its class, with the columns its class is asked for; the views put them
 * together to the tables of `tables.ts`.
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
  failures: TABLES.failures,
  metric_points: TABLES.metrics,
  log_records: TABLES.logs,
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
