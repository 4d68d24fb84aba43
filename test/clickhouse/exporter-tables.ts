/** How the collector's exporter keeps attributes of spans and log records; those of metrics are maps in both. */
export type Layout = 'map' | 'json';

const MAP = 'Map(LowCardinality(String), String)';

/** The statements that create a database with the tables of the exporter (0.161): its types, order, partitions and indexes. */
export function createTables(database: string, layout: Layout): string[] {
  return [`CREATE DATABASE ${database}`, tracesTable(database, layout), logsTable(database, layout), ...metricTables(database)];
}

function tracesTable(database: string, layout: Layout): string {
  const attributes = layout === 'map' ? MAP : 'JSON';
  return `CREATE TABLE ${database}.otel_traces (Timestamp DateTime64(9) CODEC(Delta, ZSTD(1)), TraceId String CODEC(ZSTD(1)),
    SpanId String CODEC(ZSTD(1)), ParentSpanId String CODEC(ZSTD(1)), TraceState String CODEC(ZSTD(1)),
    SpanName LowCardinality(String) CODEC(ZSTD(1)), SpanKind LowCardinality(String) CODEC(ZSTD(1)),
    ServiceName LowCardinality(String) CODEC(ZSTD(1)), ${attributesOf('Resource', layout)}, ScopeName String CODEC(ZSTD(1)),
    ScopeVersion String CODEC(ZSTD(1)), ${attributesOf('Span', layout)}, Duration UInt64 CODEC(ZSTD(1)),
    StatusCode LowCardinality(String) CODEC(ZSTD(1)), StatusMessage String CODEC(ZSTD(1)),
    Events Nested (Timestamp DateTime64(9), Name LowCardinality(String), Attributes ${attributes}) CODEC(ZSTD(1)),
    Links Nested (TraceId String, SpanId String, TraceState String, Attributes ${attributes}) CODEC(ZSTD(1)),
    ${layout === 'map' ? 'INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,' : ''}
    ${indexesOf('Resource', layout)}, ${indexesOf('Span', layout)}, INDEX idx_duration Duration TYPE minmax GRANULARITY 1)
    ENGINE = MergeTree PARTITION BY toDate(Timestamp)
    ORDER BY (ServiceName, SpanName, toDateTime(Timestamp)${layout === 'map' ? '' : ', Timestamp'})`;
}

function logsTable(database: string, layout: Layout): string {
  return `CREATE TABLE ${database}.otel_logs (Timestamp DateTime64(9) CODEC(Delta(8), ZSTD(1)), TraceId String CODEC(ZSTD(1)),
    SpanId String CODEC(ZSTD(1)), TraceFlags UInt8, SeverityText LowCardinality(String), SeverityNumber UInt8,
    ServiceName LowCardinality(String), Body String CODEC(ZSTD(1)), ResourceSchemaUrl LowCardinality(String),
    ${attributesOf('Resource', layout)}, ScopeSchemaUrl LowCardinality(String), ScopeName String, ScopeVersion LowCardinality(String),
    ${attributesOf('Scope', layout)}, ${attributesOf('Log', layout)}, EventName String CODEC(ZSTD(1)))
    ENGINE = MergeTree PARTITION BY toDate(Timestamp) ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp)`;
}

function metricTables(database: string): string[] {
  const columns = `ResourceAttributes ${MAP} CODEC(ZSTD(1)), ResourceSchemaUrl String, ScopeName String, ScopeVersion String,
    ScopeAttributes ${MAP}, ScopeDroppedAttrCount UInt32, ScopeSchemaUrl String, ServiceName LowCardinality(String),
    MetricName LowCardinality(String), MetricDescription String, MetricUnit String, Attributes ${MAP} CODEC(ZSTD(1)),
    StartTimeUnix DateTime CODEC(Delta, ZSTD(1)), TimeUnix DateTime CODEC(Delta, ZSTD(1)), Flags UInt32`;
  const engine = `ENGINE = MergeTree PARTITION BY toDate(TimeUnix)
    ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)`;
  const counter = 'AggregationTemporality Int32, IsMonotonic Bool';
  const histogram =
    'Count UInt64, Sum Float64, BucketCounts Array(UInt64), ExplicitBounds Array(Float64), Min Float64, Max Float64';
  return [
    `CREATE TABLE ${database}.otel_metrics_gauge (${columns}, Value Float64) ${engine}`,
    `CREATE TABLE ${database}.otel_metrics_sum (${columns}, Value Float64, ${counter}) ${engine}`,
    `CREATE TABLE ${database}.otel_metrics_histogram (${columns}, ${histogram}, AggregationTemporality Int32) ${engine}`,
  ];
}

function attributesOf(owner: string, layout: Layout): string {
  if (layout === 'map') return `${owner}Attributes ${MAP} CODEC(ZSTD(1))`;
  return `${owner}Attributes JSON CODEC(ZSTD(1)), ${owner}AttributesKeys Array(LowCardinality(String)) CODEC(ZSTD(1))`;
}

function indexesOf(owner: string, layout: Layout): string {
  const bloom = (of: string, name: string): string => `INDEX idx_${owner}_${name} ${of} TYPE bloom_filter(0.01) GRANULARITY 1`;
  if (layout === 'json') return bloom(`${owner}AttributesKeys`, 'keys');
  return `${bloom(`mapKeys(${owner}Attributes)`, 'key')}, ${bloom(`mapValues(${owner}Attributes)`, 'value')}`;
}
