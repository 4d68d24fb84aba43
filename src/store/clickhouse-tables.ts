import * as names from '../semconv.ts';
import { FAILURES, LOGS, METRICS, PAGES, RUNS, SPANS, STAGES, type Source } from './clickhouse-columns.ts';
import {
  SPAN_IDENTITY,
  eitherRepeated,
  inStretches,
  logIdentity,
  pointIdentity,
  type Repeated,
} from './clickhouse-duplicates.ts';
import { tablesIn } from './clickhouse-hints.ts';
import { IS_CRAWL, outcomeOf } from './clickhouse-outcome.ts';
import { METRIC_TABLES, type Reading, type RowKind } from './clickhouse-reading.ts';
import { TABLES, type TableName } from './tables.ts';

/**
 * Common table expressions for the tables of `tables.ts` that a query reads, over the exporter's tables: a user who may only read
 * cannot create views.
 */
export function defineTables(sql: string, reading: Reading): string {
  const named = tablesIn(sql);
  if (named.length === 0) return sql;
  const defined = named.map((table) => `${table} AS (${DEFINITIONS[table](reading)})`).join(',\n');
  const rest = /^\s*WITH\s/i.test(sql) ? sql.replace(/^\s*WITH\s/i, ',\n') : `\n${sql}`;
  return `WITH ${defined}${rest}`;
}

const DEFINITIONS: Readonly<Record<TableName, (reading: Reading) => string>> = {
  // The URL is a key too, so that looking for one reads only where it is.
  spans: (reading) => readSpans(reading, SPANS, '1', ['pages', 'stages'], ['url', 'name']),
  pages: (reading) => {
    const { isRead } = reading;
    if (!isRead('outcome')) return readSpans(reading, PAGES, IS_PAGE, ['pages']);
    const parts = { ...reading, isRead: (column: string) => isRead(column) || OUTCOME_COLUMNS.includes(column) };
    const columns = Object.keys(TABLES.pages).filter(isRead);
    const selected = columns.map((column) => (column === 'outcome' ? `${outcomeOf(reading)} AS outcome` : column));
    return `SELECT ${selected.join(', ')} FROM (${readSpans(parts, PAGES, IS_PAGE, ['pages'])}) attempts`;
  },
  stages: (reading) =>
    readSpans(reading, STAGES, `${IS_CRAWL} AND SpanName NOT IN ('${names.SPAN_PAGE}', '${names.SPAN_RUN}')`, ['stages']),
  runs: (reading) => readSpans(reading, RUNS, `SpanName = '${names.SPAN_RUN}'`, []),
  failures: (reading) => {
    const { traces } = reading;
    const where = `${IS_CRAWL} AND has(Events.Name, '${names.EVENT_EXCEPTION}')${reading.condition}`;
    const rows = withoutTwins(traces, 'Timestamp', SPAN_IDENTITY, where, repeatedIn(reading, ['pages', 'stages']));
    return `SELECT ${list(only(FAILURES({ ...reading, layout: reading.starLayout }), reading))} FROM ${rows}
      ARRAY JOIN Events.Timestamp AS event_time, CAST(Events.Name, 'Array(String)') AS event_name, Events.Attributes AS event
      WHERE event_name = '${names.EVENT_EXCEPTION}'`;
  },
  metrics: (reading) => {
    const parts = METRIC_TABLES.flatMap((type) => {
      const table = reading.metrics[type];
      if (table === undefined) return [];
      const rows = withoutTwins(table, 'TimeUnix', pointIdentity(type), '1', repeatedIn(reading, [type]));
      return [`SELECT ${list(only(METRICS(reading, type), reading))} FROM ${rows}`];
    });
    return parts.length > 0 ? parts.join(' UNION ALL ') : emptyTable('metrics');
  },
  logs: (reading) =>
    reading.logs ? `SELECT ${list(only(LOGS(reading), reading))} FROM ${readLogs(reading, '1')}` : emptyTable('logs'),
  labels: (reading) => {
    const { logs, logLayout } = reading;
    if (!logs) return emptyTable('labels');
    const text = (key: string): string => logLayout.text('LogAttributes', key);
    const columns = {
      time_us: 'toUnixTimestamp64Micro(Timestamp)',
      url: text(names.ATTR_URL_FULL),
      verdict: text(names.ATTR_LABEL_VERDICT),
      reason: text(names.ATTR_LABEL_REASON),
      corrected_category: text(names.ATTR_LABEL_CATEGORY),
      corrected_tags: logLayout.list('LogAttributes', names.ATTR_LABEL_TAGS, 'String'),
      corrected_by: text(names.ATTR_LABEL_BY),
      trace_id: `coalesce(${text(names.ATTR_LABEL_TRACE_ID)}, nullIf(TraceId, ''))`,
    };
    return `SELECT ${list(columns)} FROM ${readLogs(reading, `${LOGS(reading)['event_name']} = '${names.LOG_LABEL}'`)}`;
  },
};

/**
 * Spans with their twins left out: plain rows, and grouped ones only where some came more than once. The time is among what they are
 * grouped by, so that a window reads only its partitions there too.
 */
function readSpans(
  reading: Reading,
  columns: Source,
  where: string,
  kinds: readonly RowKind[],
  keys: readonly string[] = [],
): string {
  const { traces } = reading;
  const expressions = only(columns(reading), reading);
  const all = `${where}${reading.condition}`;
  const grouped = Object.entries(expressions).map(([name, sql]) => {
    const isKey = KEY_COLUMNS.has(name) || keys.includes(name);
    return `${isKey ? sql : `any(${sql})`} AS ${name}`;
  });
  const groups = [SPAN_IDENTITY, ...keys.flatMap((key) => expressions[key] ?? [])].join(', ');
  const group = (condition: string): string =>
    `SELECT ${grouped.join(', ')} FROM ${traces} WHERE ${condition} GROUP BY ${groups}`;
  const repeated = repeatedIn(reading, kinds);
  if (repeated === 'anywhere') return group(all);
  const plain = `SELECT ${list(expressions)} FROM ${traces} WHERE ${all}`;
  if (repeated.length === 0) return plain;
  const twins = inStretches(repeated, 'Timestamp');
  return `${plain} AND NOT ${twins} UNION ALL ${group(`${all} AND ${twins}`)}`;
}

const KEY_COLUMNS = new Set(['trace_id', 'span_id', 'start_us']);
const IS_PAGE = `SpanName = '${names.SPAN_PAGE}'`;
/** What tells an attempt's outcome. */
const OUTCOME_COLUMNS = ['trace_id', 'retry', 'status'];

function readLogs(reading: Reading, where: string): string {
  return withoutTwins(reading.logs ?? '', 'Timestamp', logIdentity(reading), where, repeatedIn(reading, ['logs']));
}

/** Rows of a table with their twins left out, as what stands in a FROM. */
function withoutTwins(table: string, time: string, identity: string, where: string, repeated: Repeated): string {
  const rows = `SELECT * FROM ${table} WHERE ${where}`;
  if (repeated.length === 0) return `(${rows})`;
  const twins = inStretches(repeated, time);
  const single = `SELECT * FROM ${table} WHERE ${where} AND ${twins} LIMIT 1 BY cityHash64(${identity})`;
  return repeated === 'anywhere' ? `(${single})` : `(${rows} AND NOT ${twins} UNION ALL ${single})`;
}

function repeatedIn({ repeated }: Reading, kinds: readonly RowKind[]): Repeated {
  if (kinds.length === 0) return 'anywhere';
  return kinds.map((kind) => repeated[kind] ?? 'anywhere').reduce(eitherRepeated);
}

function emptyTable(table: TableName): string {
  const types = { string: 'Nullable(String)', json: 'Nullable(String)', int: 'Nullable(Int64)', double: 'Nullable(Float64)' };
  const lists = { boolean: 'Nullable(Bool)', 'string[]': 'Array(String)', 'double[]': 'Array(Float64)' };
  const columns = Object.entries(TABLES[table]).map(([name, type]) => {
    const sqlType = { ...types, ...lists }[type];
    return `defaultValueOfTypeName('${sqlType}') AS ${name}`;
  });
  return `SELECT ${columns.join(', ')} WHERE 0`;
}

/** The columns that the query reads, and one where it only counts rows. */
function only(columns: Readonly<Record<string, string>>, { isRead }: Reading): Readonly<Record<string, string>> {
  const read = Object.entries(columns).filter(([name]) => isRead(name));
  return Object.fromEntries(read.length > 0 ? read : Object.entries(columns).filter(([name]) => name.endsWith('_us')));
}

function list(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([name, sql]) => `${sql} AS ${name}`)
    .join(', ');
}
