import { LOG_LABEL, SPAN_RUN, ATTR_LINK_TYPE, LINK_DISCOVERED_BY } from '../semconv.ts';
import { hostOf } from './url-host.ts';
import { ATTRIBUTE_COLUMNS, IN_SERIES } from './schema.ts';
import { TABLES, type TableName } from './tables.ts';

/** Expressions of columns that a table on disk does not have under their name. */
type Expressions = Readonly<Record<string, string>>;

const TRACE_ID = hex128('trace');
const SPAN_ID = hex64('span');
/** Columns of all spans. */
const SPAN: Expressions = {
  trace_id: TRACE_ID,
  span_id: SPAN_ID,
  parent_span_id: hex64('parent'),
  duration_ms: 'duration_ns / 1e6',
};
const STAGE: Expressions = { ...SPAN, domain: `coalesce(domain, ${hostOf('url')})` };

/** The statements that define the tables of `tables.ts` over the tables on disk. Columns behind those are for the dialect alone. */
export function viewStatements(): string[] {
  return [spansView(), pagesView(), stagesView(), failuresView(), runsView(), metricsView(), logsView(), labelsView()];
}

function view(name: TableName, expressions: Expressions, from: string, ids: readonly string[] = []): string {
  return `CREATE OR REPLACE VIEW ${name} AS SELECT ${[...columnsOf(name, expressions), ...ids].join(', ')} FROM ${from}`;
}

function columnsOf(name: TableName, expressions: Expressions): string[] {
  return Object.keys(TABLES[name]).map((column) => (expressions[column] ? `${expressions[column]} AS ${column}` : column));
}

function joined(table: string): string {
  return `${table} s JOIN series g ON g.id = s.series`;
}

function spansView(): string {
  const shared: Expressions = { ...SPAN, events: `coalesce(events, '[]')` };
  const select = (table: string, expressions: Expressions): string =>
    `SELECT ${[...columnsOf('spans', { ...shared, ...expressions }), ...IDS].join(', ')} FROM ${joined(table)}`;
  const links = `coalesce(links, '[]')`;
  const discovered = `{"traceId":"' || ${hex128('discovered_trace')} || '","spanId":"' || ${hex64('discovered_span')} || '","attributes":{"${ATTR_LINK_TYPE}":"${LINK_DISCOVERED_BY}"}}`;
  const pageLinks = `CASE WHEN discovered_span IS NULL THEN ${links} ELSE '[${discovered}' || coalesce(',' || substring(links, 2), ']') END`;
  return `CREATE OR REPLACE VIEW spans AS ${[
    select('span_pages', { links: pageLinks, attributes: attributesOf('span_pages', 'domain') }),
    select('span_stages', { ...STAGE, links, attributes: attributesOf('span_stages', STAGE['domain']!) }),
    select('span_others', { links, attributes: `coalesce(rest, '{}')` }),
  ].join(' UNION ALL ')}`;
}

/** All attributes of a span as JSON text: those of columns, patched by the rest. */
function attributesOf(table: keyof typeof ATTRIBUTE_COLUMNS, domain: string): string {
  const columns = Object.entries({ ...ATTRIBUTE_COLUMNS[table], ...IN_SERIES });
  const members = columns.map(([column, attribute]) => `'${attribute}', ${column === 'domain' ? domain : column}`);
  // What is NULL is no attribute: a patch of null takes it away.
  return `CAST(json_merge_patch('{}', json_object(${members.join(', ')}), coalesce(rest, '{}')) AS VARCHAR)`;
}

const IDS = ['trace', 'span', 'parent'];

function pagesView(): string {
  const outcome = `CASE WHEN status <> 2 THEN 'ok'
    WHEN (trace, retry) IN (SELECT (trace, retry) FROM retried_attempts) THEN 'retried' ELSE 'failed' END`;
  return view('pages', { ...SPAN, outcome, discovered_by_trace_id: hex128('discovered_trace') }, joined('span_pages'), [
    ...IDS,
    'url_key',
    'content_key',
  ]);
}

function stagesView(): string {
  return view('stages', STAGE, joined('span_stages'), IDS);
}

/** A view under the name of a table cannot be: the failures on disk have another. */
function failuresView(): string {
  return view('failures', SPAN, 'failed_spans', ['trace', 'span']);
}

function runsView(): string {
  return view(
    'runs',
    {
      ...SPAN,
      classification_method: attribute('crawl.classification.method'),
      threshold: `TRY_CAST(${attribute('crawl.threshold.value')} AS DOUBLE)`,
      config_hash: attribute('crawl.config.hash'),
      random_seed: `TRY_CAST(${attribute('crawl.random_seed')} AS BIGINT)`,
      attributes: 'rest',
    },
    `${joined('span_others')} WHERE g.name = '${SPAN_RUN}'`,
  );
}

function metricsView(): string {
  return view('metrics', {}, 'metric_points');
}

function logsView(): string {
  return view('logs', {}, 'log_records');
}

function labelsView(): string {
  const of = (name: string): string => `json_extract_string(attributes, '$."${name}"')`;
  return view(
    'labels',
    {
      url: of('url.full'),
      verdict: of('crawl.label.verdict'),
      reason: of('crawl.label.reason'),
      corrected_category: of('crawl.label.corrected_category'),
      corrected_tags: `TRY_CAST(json_extract(attributes, '$."crawl.label.corrected_tags"') AS VARCHAR[])`,
      corrected_by: of('crawl.label.corrected_by'),
      trace_id: `coalesce(${of('crawl.label.trace_id')}, trace_id)`,
    },
    `log_records WHERE event_name = '${LOG_LABEL}'`,
  );
}

function attribute(name: string): string {
  return `json_extract_string(rest, '$."${name}"')`;
}

/** The hexadecimal text of an id of 128 bits. */
function hex128(column: string): string {
  return `replace(CAST(${column} AS VARCHAR), '-', '')`;
}

/** The hexadecimal text of an id of 64 bits. */
function hex64(column: string): string {
  return `printf('%016x', ${column})`;
}
