import type { LogRow, MetricRow } from '../otlp/rows.ts';
import { jsonText } from './json-text.ts';
import { hashKey } from './key.ts';
import { PHYSICAL } from './schema.ts';
import type { ResourceFacts } from './resources.ts';
import type { TableBuilder } from './table-builder.ts';

const LOG_COLUMNS = Object.keys(PHYSICAL.log_records);
const POINT_COLUMNS = Object.keys(PHYSICAL.metric_points);

/** Writes a log record, the `number`th of its block. */
export function writeLog(table: TableBuilder, number: number, log: LogRow, { service }: ResourceFacts): void {
  const { timeUs, eventName, severity, body, traceId, spanId, attributes } = log;
  const key = hashKey(JSON.stringify([timeUs, eventName, severity, body, traceId, spanId, service ?? undefined, attributes]));
  const values: Record<string, unknown> = {
    time_us: timeUs,
    event_name: eventName,
    severity,
    body: jsonText(body),
    trace_id: traceId,
    span_id: spanId,
    service,
    attributes: jsonText(attributes),
  };
  write(table, number, key, LOG_COLUMNS, values);
}

/** Writes a data point in the same way. */
export function writePoint(table: TableBuilder, number: number, point: MetricRow, resource: ResourceFacts): void {
  const { timeUs, startUs, name, unit, type, temporality, attributes, value, count, sum, min, max, bounds, buckets } = point;
  const { service, instance } = resource;
  const key = hashKey(
    JSON.stringify([timeUs, startUs, name, type, service ?? undefined, instance, attributes, value, count, sum]),
  );
  const values: Record<string, unknown> = {
    time_us: timeUs,
    start_us: startUs,
    name,
    unit,
    type,
    temporality,
    service,
    instance,
    attributes: jsonText(attributes),
    value,
    count,
    sum,
    min,
    max,
    bounds,
    buckets,
  };
  write(table, number, key, POINT_COLUMNS, values);
}

function write(
  table: TableBuilder,
  number: number,
  key: readonly [high: number, low: number],
  columns: readonly string[],
  values: Readonly<Record<string, unknown>>,
): void {
  table.begin(number);
  table.id(0, [key[1], key[0]]);
  for (let column = 1; column < columns.length; column++) table.set(column, values[columns[column]!]);
}
