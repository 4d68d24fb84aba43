import type { ExporterTables, MetricTable } from './clickhouse-reading.ts';

/**
 * Stretches of time, in seconds since the Unix epoch, `to` exclusive, in which rows came more than once; `anywhere` where there are too
 * many to name.
 */
export type Repeated = readonly { readonly from: number; readonly to: number }[] | 'anywhere';

type Query = (sql: string) => Promise<Record<string, unknown>[]>;

const HOUR_S = 3600;
const MOST_STRETCHES = 200;

/** What makes rows the same row: spans by time and ids, records and points by all they say. */
export const SPAN_IDENTITY = 'Timestamp, TraceId, SpanId';
/** Enough of it to find where twins may be: where these differ, the spans do. */
export const SPAN_DIGEST = 'Timestamp, SpanId';

/** What makes log records the same. */
export function logIdentity({ layout }: ExporterTables): string {
  return `Timestamp, TraceId, SpanId, ServiceName, SeverityNumber, Body, ${layout.identity('LogAttributes')}, ${layout.identity('ResourceAttributes')}`;
}

/** What makes data points the same. */
export function pointIdentity(type: MetricTable): string {
  const values = {
    gauge: 'Value',
    sum: 'Value, AggregationTemporality',
    histogram: 'Count, Sum, BucketCounts',
    exponential_histogram: 'Count, Sum',
    summary: 'Count, Sum',
  };
  return `TimeUnix, StartTimeUnix, MetricName, MetricUnit, ServiceName, Attributes, ResourceAttributes, ${values[type]}`;
}

/**
 * Finds the hours in which rows of `table` came more than once. Almost always there are none, so that every other query can read plain
 * rows instead of grouping all of them.
 */
export async function findRepeated(query: Query, table: string, time: string, identity: string, where = '1'): Promise<Repeated> {
  const rows = await query(
    `SELECT intDiv(toUnixTimestamp64Micro(toDateTime64(${time}, 9)), ${HOUR_S * 1_000_000}) * ${HOUR_S} AS hour FROM ${table} WHERE ${where}
     GROUP BY hour HAVING count() > uniqExact(cityHash64(${identity})) ORDER BY hour`,
  );
  const stretches: { from: number; to: number }[] = [];
  for (const { hour } of rows) {
    const from = Number(hour);
    const last = stretches.at(-1);
    if (last?.to === from) last.to = from + HOUR_S;
    else stretches.push({ from, to: from + HOUR_S });
  }
  return stretches.length > MOST_STRETCHES ? 'anywhere' : stretches;
}

/** SQL of the condition that a time lies in one of the stretches. */
export function inStretches(repeated: Repeated, time: string): string {
  if (repeated === 'anywhere') return '1';
  const at = (seconds: number): string => `toDateTime64(${seconds}, 9, 'UTC')`;
  return `(${repeated.map(({ from, to }) => `(${time} >= ${at(from)} AND ${time} < ${at(to)})`).join(' OR ') || '0'})`;
}

/** Both lists as one. */
export function eitherRepeated(left: Repeated, right: Repeated): Repeated {
  return left === 'anywhere' || right === 'anywhere' ? 'anywhere' : [...left, ...right];
}
