import * as names from '../semconv.ts';
import { TABLES, type ColumnType } from './tables.ts';

/** Bumped when the tables below change; a store of another version is refused, because files can always be read again. */
export const SCHEMA_VERSION = 3;

/** Types on disk: those of the tables, and ids as numbers of 128 and 64 bits. */
export type CellType = ColumnType | 'uuid' | 'id';

type Columns = Readonly<Record<string, CellType>>;

/**
 * What starts the columns of every span. A series holds what the spans of a stage have in common, so that it is stored once. `rest`
 * is the JSON merge patch (RFC 7396) that makes all attributes out of those that have a column.
 */
const SPAN = {
  trace: 'uuid',
  span: 'id',
  parent: 'id',
  series: 'int',
  start_us: 'int',
  duration_ns: 'int',
  status: 'int',
  status_message: 'string',
  url: 'string',
  domain: 'string',
  retry: 'int',
  error_type: 'string',
  weight: 'double',
  rest: 'json',
  events: 'json',
  links: 'json',
} as const;

const { trace_id: _trace, span_id: _span, ...FAILURE } = TABLES.failures;

/** The tables on disk; the views put them together to the tables of `tables.ts`. A span is stored once, in the table of its class. */
export const PHYSICAL = {
  span_pages: {
    ...SPAN,
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
    /** The one link of this type; with its span where nothing else is to be said of it. */
    discovered_trace: 'uuid',
    discovered_span: 'id',
    /** Hashes of the URL and of the content hash, which are far cheaper to group and join by. */
    url_key: 'id',
    content_key: 'id',
  },
  span_stages: {
    ...SPAN,
    http_status: 'int',
    body_size: 'int',
    cache_hit: 'boolean',
    content_hash: 'string',
    embedding_id: 'string',
  },
  span_others: SPAN,
  failed_spans: { trace: 'uuid', span: 'id', ...FAILURE },
  retried_attempts: { trace: 'uuid', retry: 'int' },
  /** `key` is a hash of what makes a record the same record when it is read twice. */
  metric_points: { key: 'id', ...TABLES.metrics },
  log_records: { key: 'id', ...TABLES.logs },
} as const satisfies Record<string, Columns>;

export type PhysicalTable = keyof typeof PHYSICAL;

/** The tables of spans, in the order in which the scanner numbers them. */
export const SPAN_TABLES = ['span_pages', 'span_stages', 'span_others'] as const satisfies readonly PhysicalTable[];

/** The place of every column in its table. */
export function columnNumbers<T extends PhysicalTable>(table: T): Readonly<Record<keyof (typeof PHYSICAL)[T], number>> {
  const places = Object.keys(PHYSICAL[table]).map((name, index) => [name, index] as const);
  return Object.fromEntries(places) as Record<keyof (typeof PHYSICAL)[T], number>;
}

/** The columns that hold an attribute as it was, by table; `series` has some for pages and stages alike. */
export const IN_SERIES: Readonly<Record<string, string>> = {
  stage: names.ATTR_STAGE,
  model_version: names.ATTR_MODEL_VERSION,
  run_id: names.ATTR_RUN_ID,
};
const IN_BOTH = {
  url: names.ATTR_URL_FULL,
  domain: names.ATTR_URL_DOMAIN,
  retry: names.ATTR_RETRY_COUNT,
  error_type: names.ATTR_ERROR_TYPE,
  cache_hit: names.ATTR_CACHE_HIT,
  content_hash: names.ATTR_PAGE_CONTENT_HASH,
  embedding_id: names.ATTR_EMBEDDING_ID,
} as const;
export const ATTRIBUTE_COLUMNS = {
  span_pages: {
    ...IN_BOTH,
    score: names.ATTR_PAGE_SCORE,
    category: names.ATTR_PAGE_CATEGORY,
    tags: names.ATTR_PAGE_TAGS,
    tag_scores: names.ATTR_PAGE_TAG_SCORES,
    length: names.ATTR_PAGE_LENGTH,
    depth: names.ATTR_PAGE_DEPTH,
    extraction_method: names.ATTR_EXTRACTION_METHOD,
    threshold: names.ATTR_THRESHOLD_VALUE,
    threshold_passed: names.ATTR_THRESHOLD_PASSED,
    classification_method: names.ATTR_CLASSIFICATION_METHOD,
    config_hash: names.ATTR_CONFIG_HASH,
    queue_wait_s: names.ATTR_QUEUE_WAIT,
  },
  span_stages: { ...IN_BOTH, http_status: names.ATTR_HTTP_STATUS, body_size: names.ATTR_HTTP_BODY_SIZE },
} as const;

const SQL_TYPES: Readonly<Record<CellType, string>> = {
  string: 'VARCHAR',
  int: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  'string[]': 'VARCHAR[]',
  'double[]': 'DOUBLE[]',
  json: 'VARCHAR',
  uuid: 'UUID',
  id: 'UBIGINT',
};

/** The statements that create what is missing of the tables on disk. */
export function tableStatements(): string[] {
  const tables = Object.entries(PHYSICAL).map(([table, columns]) => {
    const types = Object.entries(columns as Columns).map(([name, type]) => `${name} ${SQL_TYPES[type]}`);
    return `CREATE TABLE IF NOT EXISTS ${table} (${types.join(', ')})`;
  });
  return [
    ...tables,
    `CREATE TABLE IF NOT EXISTS series (id BIGINT, name VARCHAR, kind BIGINT, stage VARCHAR, service VARCHAR, model_version VARCHAR,
       run_id VARCHAR, resource VARCHAR)`,
    `CREATE TABLE IF NOT EXISTS ingested_files (id BIGINT PRIMARY KEY, path VARCHAR, inode VARCHAR, size BIGINT, modified_ms BIGINT,
       plain_offset BIGINT, frame BIGINT, frame_offset BIGINT, head_bytes BIGINT, head_hash VARCHAR, fingerprint VARCHAR,
       pending_bytes BIGINT, pending_reason VARCHAR)`,
    'CREATE TABLE IF NOT EXISTS skipped_stretches (file VARCHAR, byte_offset BIGINT, bytes BIGINT, reason VARCHAR)',
    `CREATE TABLE IF NOT EXISTS store_version AS SELECT ${SCHEMA_VERSION} AS version`,
  ];
}
