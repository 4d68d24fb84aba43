import { CrawlscopeError } from '../errors.ts';
import type { ClickHouseAddress } from './clickhouse-address.ts';
import { JSON_LAYOUT, MAP_LAYOUT, layoutWithColumns, type AttributeLayout } from './clickhouse-layout.ts';
import { METRIC_TABLES, type ExporterTables } from './clickhouse-reading.ts';
import type { Parameter } from './store.ts';

type Query = (sql: string, parameters: Readonly<Record<string, Parameter>>) => Promise<Record<string, unknown>[]>;

const IDENTIFIER = /^[\w.-]+$/;

/** Looks up which tables of the exporter there are, and how they keep attributes; rejects with `STORE_TABLES` without traces. */
export async function findTables(query: Query, address: ClickHouseAddress): Promise<ExporterTables> {
  const { database, cluster, tables } = address;
  for (const name of [database, cluster ?? 'none', ...Object.values(tables)]) {
    if (!IDENTIFIER.test(name)) {
      throw new CrawlscopeError(
        'BAD_STORE_ADDRESS',
        `${JSON.stringify(name)} is no name of a database, cluster or table`,
        'Correct --store.',
      );
    }
  }
  const system = (name: string): string => (cluster === null ? `system.${name}` : `cluster('${cluster}', system.${name})`);
  const rows = await query(
    `SELECT DISTINCT table, name, type, default_expression FROM ${system('columns')} WHERE database = $database
     AND (name IN ('SpanAttributes', 'LogAttributes', 'EventName', 'MetricName', 'Attributes') OR default_kind = 'MATERIALIZED')`,
    { database },
  );
  const typeOf = (table: string, column: string): string | undefined =>
    rows.find((row) => row['table'] === table && row['name'] === column)?.['type'] as string | undefined;
  const place = (table: string): string =>
    cluster === null ? `\`${database}\`.\`${table}\`` : `cluster('${cluster}', \`${database}\`.\`${table}\`)`;
  const spanType = typeOf(tables.traces, 'SpanAttributes');
  if (spanType === undefined) {
    throw new CrawlscopeError(
      'STORE_TABLES',
      `the database ${database} has no table ${tables.traces} with spans of the collector, or ${address.username} may not read it`,
      'Check the database in --store; tables of other names are given with ?traces_table=, ?logs_table= and ?metrics_table=.',
    );
  }
  const metrics = METRIC_TABLES.flatMap((type) => {
    const endings = type === 'exponential_histogram' ? ['exp_histogram', type] : [type];
    const table = endings.map((ending) => `${tables.metrics}_${ending}`).find((name) => typeOf(name, 'MetricName') !== undefined);
    return table === undefined ? [] : [[type, place(table)] as const];
  });
  const indexes = await query(
    `SELECT DISTINCT expr FROM ${system('data_skipping_indices')} WHERE database = $database AND table = $traces AND expr LIKE 'map%(SpanAttributes)'`,
    { database, traces: tables.traces },
  );
  const layoutOf = (type: string | undefined) => (type?.startsWith('JSON') ? JSON_LAYOUT : MAP_LAYOUT);
  const logType = typeOf(tables.logs, 'LogAttributes');
  const metricType = rows.find((row) => row['name'] === 'Attributes' && String(row['table']).startsWith(`${tables.metrics}_`))?.[
    'type'
  ];
  return {
    traces: place(tables.traces),
    layout: spanType.startsWith('JSON') ? JSON_LAYOUT : withColumns(rows.filter((row) => row['table'] === tables.traces)),
    starLayout: layoutOf(spanType),
    hasKeyIndex: indexes.some((index) => index['expr'] === 'mapKeys(SpanAttributes)'),
    hasValueIndex: indexes.some((index) => index['expr'] === 'mapValues(SpanAttributes)'),
    logs: logType === undefined ? undefined : place(tables.logs),
    logLayout: layoutOf(logType),
    hasEventName: typeOf(tables.logs, 'EventName') !== undefined,
    metrics: Object.fromEntries(metrics),
    metricLayout: layoutOf(metricType as string | undefined),
  };
}

/** Columns that repeat an attribute of the spans, whatever their names. */
function withColumns(columns: readonly Record<string, unknown>[]): AttributeLayout {
  const named = columns.flatMap(({ name, type, default_expression: expression }) => {
    const [, key] = /^SpanAttributes\['([^']+)'\]$/.exec(String(expression)) ?? [];
    const isText = type === 'String' || type === 'LowCardinality(String)';
    return key !== undefined && isText && !String(name).includes('`') ? [[key, String(name)] as const] : [];
  });
  return named.length > 0 ? layoutWithColumns(new Map(named)) : MAP_LAYOUT;
}
