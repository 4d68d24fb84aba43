/** How the collector's exporter keeps attributes. */
export type Layout = 'map' | 'json';

/** The statements that create a database with the tables of the exporter, with what matters to a reader. */
export function createTables(database: string, layout: Layout): string[] {
  const attributes = layout === 'map' ? 'Map(LowCardinality(String), String)' : 'JSON';
  const metric = `ResourceAttributes ${attributes}, ScopeName String, ServiceName LowCardinality(String), MetricName String,
    MetricDescription String, MetricUnit String, Attributes ${attributes}, StartTimeUnix DateTime64(9), TimeUnix DateTime64(9), Flags UInt32`;
  const metricEngine = `ENGINE = MergeTree PARTITION BY toDate(TimeUnix) ORDER BY (ServiceName, MetricName, toUnixTimestamp64Nano(TimeUnix))`;
  return [
    `CREATE DATABASE ${database}`,
    `CREATE TABLE ${database}.otel_traces (Timestamp DateTime64(9), TraceId String, SpanId String, ParentSpanId String,
      TraceState String, SpanName LowCardinality(String), SpanKind LowCardinality(String), ServiceName LowCardinality(String),
      ResourceAttributes ${attributes}, ScopeName String, ScopeVersion String, SpanAttributes ${attributes}, Duration UInt64,
      StatusCode LowCardinality(String), StatusMessage String,
      Events Nested (Timestamp DateTime64(9), Name LowCardinality(String), Attributes ${attributes}),
      Links Nested (TraceId String, SpanId String, TraceState String, Attributes ${attributes}),
      INDEX by_trace TraceId TYPE bloom_filter(0.001) GRANULARITY 1)
      ENGINE = MergeTree PARTITION BY toDate(Timestamp) ORDER BY (ServiceName, SpanName, toDateTime(Timestamp))`,
    `CREATE TABLE ${database}.otel_logs (Timestamp DateTime64(9), TraceId String, SpanId String, TraceFlags UInt8, SeverityText String,
      SeverityNumber UInt8, ServiceName LowCardinality(String), Body String, ResourceAttributes ${attributes}, ScopeName String,
      LogAttributes ${attributes}, EventName String)
      ENGINE = MergeTree PARTITION BY toDate(Timestamp) ORDER BY (ServiceName, toDateTime(Timestamp), Timestamp)`,
    `CREATE TABLE ${database}.otel_metrics_gauge (${metric}, Value Float64) ${metricEngine}`,
    `CREATE TABLE ${database}.otel_metrics_sum (${metric}, Value Float64, AggregationTemporality Int32, IsMonotonic Bool) ${metricEngine}`,
  ];
}
