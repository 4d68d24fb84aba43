import * as names from '../semconv.ts';
import type { AttributeLayout } from './clickhouse-layout.ts';
import { FAILURES, LOGS, METRICS, PAGES, RUNS, SPANS, STAGES, type Source } from './clickhouse-columns.ts';
import { TABLES, type TableName } from './tables.ts';

/** The tables of the exporter as they can be named in a FROM, with the layout of their attributes; undefined where one is missing. */
export interface ExporterTables {
  readonly layout: AttributeLayout;
  readonly traces: string | undefined;
  readonly logs: string | undefined;
  /** True where log records have a column for the name of the event. */
  readonly hasEventName: boolean;
  readonly metrics: Readonly<Partial<Record<MetricTable, string>>>;
}

/** Metric tables by the end of their names. */
export const METRIC_TABLES = ['gauge', 'sum', 'histogram', 'exponential_histogram', 'summary'] as const;
export type MetricTable = (typeof METRIC_TABLES)[number];

/** Spans are the same span where these are; the time is among them so that a window reads only its partitions. */
const SPAN_KEY = 'Timestamp, TraceId, SpanId';

/**
 * Common table expressions for the tables of `tables.ts` that a query reads, over the exporter's tables: a user who may only read
 * cannot create views.
 */
export function defineTables(sql: string, tables: ExporterTables): string {
  const named = Object.keys(TABLES).filter((table) =>
    new RegExp(`\\b(?:FROM|JOIN)\\s+${table}\\b`, 'i').test(sql),
  ) as TableName[];
  if (named.length === 0) return sql;
  const defined = named.map((table) => `${table} AS (${DEFINITIONS[table](tables)})`).join(',\n');
  const rest = /^\s*WITH\s/i.test(sql) ? sql.replace(/^\s*WITH\s/i, ',\n') : `\n${sql}`;
  return `WITH ${defined}${rest}`;
}

const DEFINITIONS: Readonly<Record<TableName, (tables: ExporterTables) => string>> = {
  // The URL is a key too, so that looking for one reads only where it is.
  spans: (tables) => spansTable(tables, SPANS, '1', ['url', 'name']),
  pages: (tables) => {
    const inner = spansTable(tables, PAGES, `SpanName = '${names.SPAN_PAGE}'`, []);
    const columns = Object.keys(TABLES.pages).map((column) => (column === 'outcome' ? `${OUTCOME(tables)} AS outcome` : column));
    return `SELECT ${columns.join(', ')} FROM (${inner}) attempts`;
  },
  stages: (tables) =>
    spansTable(tables, STAGES, `${IS_CRAWL} AND SpanName NOT IN ('${names.SPAN_PAGE}', '${names.SPAN_RUN}')`, []),
  runs: (tables) => spansTable(tables, RUNS, `SpanName = '${names.SPAN_RUN}'`, []),
  failures: (tables) => {
    if (!tables.traces) return emptyTable('failures');
    return `SELECT DISTINCT ${list(FAILURES(tables))} FROM ${tables.traces}
      ARRAY JOIN Events.Timestamp AS event_time, CAST(Events.Name, 'Array(String)') AS event_name, Events.Attributes AS event
      WHERE ${IS_CRAWL} AND event_name = '${names.EVENT_EXCEPTION}'`;
  },
  metrics: (tables) => {
    const parts = METRIC_TABLES.flatMap((type) => {
      const table = tables.metrics[type];
      return table === undefined ? [] : [`SELECT DISTINCT ${list(METRICS(tables, type))} FROM ${table}`];
    });
    return parts.length > 0 ? parts.join(' UNION ALL ') : emptyTable('metrics');
  },
  logs: (tables) => (tables.logs ? `SELECT DISTINCT ${list(LOGS(tables))} FROM ${tables.logs}` : emptyTable('logs')),
  labels: (tables) => {
    if (!tables.logs) return emptyTable('labels');
    const text = (key: string): string => tables.layout.text('LogAttributes', key);
    const columns = {
      time_us: 'toUnixTimestamp64Micro(Timestamp)',
      url: text(names.ATTR_URL_FULL),
      verdict: text(names.ATTR_LABEL_VERDICT),
      reason: text(names.ATTR_LABEL_REASON),
      corrected_category: text(names.ATTR_LABEL_CATEGORY),
      corrected_tags: tables.layout.list('LogAttributes', names.ATTR_LABEL_TAGS, 'String'),
      corrected_by: text(names.ATTR_LABEL_BY),
      trace_id: `coalesce(${text(names.ATTR_LABEL_TRACE_ID)}, nullIf(TraceId, ''))`,
    };
    return `SELECT DISTINCT ${list(columns)} FROM ${tables.logs} WHERE ${LOGS(tables)['event_name']} = '${names.LOG_LABEL}'`;
  },
};

const IS_CRAWL = `startsWith(SpanName, 'crawl.')`;

/** A failed attempt counts as retried where another followed, or its failure says that one was to follow. */
function OUTCOME({ traces, layout }: ExporterTables): string {
  const retry = `toInt64OrZero(ifNull(${layout.text('SpanAttributes', names.ATTR_RETRY_COUNT)}, ''))`;
  const eventRetry = `toInt64OrZero(ifNull(${layout.text('event', names.ATTR_RETRY_COUNT)}, ''))`;
  return `CASE WHEN status <> 2 THEN 'ok' WHEN (trace_id, retry) GLOBAL IN (
    SELECT TraceId, arrayJoin(range(toUInt64(least(${retry}, 1000)))) FROM ${traces}
    WHERE SpanName = '${names.SPAN_PAGE}' AND ${retry} > 0
    UNION ALL
    SELECT TraceId, ${eventRetry} FROM ${traces} ARRAY JOIN CAST(Events.Name, 'Array(String)') AS event_name, Events.Attributes AS event
    WHERE ${IS_CRAWL} AND event_name = '${names.EVENT_EXCEPTION}' AND ${layout.text('event', names.ATTR_RETRY_SCHEDULED)} = 'true'
  ) THEN 'retried' ELSE 'failed' END`;
}

function spansTable(tables: ExporterTables, columns: Source, where: string, keys: readonly string[]): string {
  const { traces } = tables;
  if (!traces) throw new TypeError('a store without a traces table is refused when it is opened');
  const expressions = columns(tables);
  const selected = Object.entries(expressions).map(([name, sql]) => {
    const isKey = KEY_COLUMNS.has(name) || keys.includes(name);
    return `${isKey ? sql : `any(${sql})`} AS ${name}`;
  });
  const extra = keys.map((key) => `, ${expressions[key]}`).join('');
  return `SELECT ${selected.join(', ')} FROM ${traces} WHERE ${where} GROUP BY ${SPAN_KEY}${extra}`;
}

const KEY_COLUMNS = new Set(['trace_id', 'span_id', 'start_us']);

function emptyTable(table: TableName): string {
  const types = { string: 'Nullable(String)', json: 'Nullable(String)', int: 'Nullable(Int64)', double: 'Nullable(Float64)' };
  const lists = { boolean: 'Nullable(Bool)', 'string[]': 'Array(String)', 'double[]': 'Array(Float64)' };
  const columns = Object.entries(TABLES[table]).map(([name, type]) => {
    const sqlType = { ...types, ...lists }[type];
    return `defaultValueOfTypeName('${sqlType}') AS ${name}`;
  });
  return `SELECT ${columns.join(', ')} WHERE 0`;
}

function list(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([name, sql]) => `${sql} AS ${name}`)
    .join(', ');
}
