import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Layout } from './exporter-tables.ts';

type Json = Record<string, unknown>;
type Insert = (table: string, rows: readonly Json[]) => void;

const KINDS = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'];
const STATUSES = ['Unset', 'Ok', 'Error'];

/** Hands every record of the OTLP JSON files in `folder` on as the exporter would insert it. */
export async function exportFolder(folder: string, layout: Layout, insert: Insert): Promise<void> {
  for (const name of (await readdir(folder)).toSorted()) {
    const tables = new Map<string, Json[]>();
    const lines = (await readFile(join(folder, name), 'utf8')).split('\n').filter((line) => line !== '');
    for (const line of lines) {
      for (const [table, row] of exportRequest(JSON.parse(line) as Json, layout)) {
        tables.set(table, [...(tables.get(table) ?? []), row]);
      }
    }
    for (const [table, rows] of tables) insert(table, rows);
  }
}

function* exportRequest(request: Json, layout: Layout): Generator<[table: string, row: Json]> {
  const groups = [request['resourceSpans'], request['resourceLogs'], request['resourceMetrics']].flatMap(objects);
  for (const group of groups) {
    const resource = attributesOf((group['resource'] as Json)['attributes']);
    const common = { ResourceAttributes: encode(resource, layout), ServiceName: resource['service.name'] ?? '' };
    const scopes = [group['scopeSpans'], group['scopeLogs'], group['scopeMetrics']].flatMap(objects);
    for (const scope of scopes) {
      for (const span of objects(scope['spans'])) yield ['otel_traces', { ...common, ...exportSpan(span, layout) }];
      for (const log of objects(scope['logRecords'])) yield ['otel_logs', { ...common, ...exportLog(log, layout) }];
      for (const metric of objects(scope['metrics'])) {
        for (const [table, point] of exportPoints(metric, layout)) yield [table, { ...common, ...point }];
      }
    }
  }
}

function exportSpan(span: Json, layout: Layout): Json {
  const events = objects(span['events']);
  const links = objects(span['links']);
  const start = BigInt(span['startTimeUnixNano'] as string);
  const status = (span['status'] ?? {}) as { code?: number; message?: string };
  return {
    Timestamp: time(start),
    TraceId: span['traceId'],
    SpanId: span['spanId'],
    ParentSpanId: span['parentSpanId'] ?? '',
    TraceState: span['traceState'] ?? '',
    SpanName: span['name'],
    SpanKind: KINDS[(span['kind'] as number | undefined) ?? 0],
    SpanAttributes: encode(attributesOf(span['attributes']), layout),
    Duration: String(BigInt(span['endTimeUnixNano'] as string) - start),
    StatusCode: STATUSES[status.code ?? 0],
    StatusMessage: status.message ?? '',
    'Events.Timestamp': events.map((event) => time(BigInt(event['timeUnixNano'] as string))),
    'Events.Name': events.map((event) => event['name']),
    'Events.Attributes': events.map((event) => encode(attributesOf(event['attributes']), layout)),
    'Links.TraceId': links.map((link) => link['traceId']),
    'Links.SpanId': links.map((link) => link['spanId']),
    'Links.TraceState': links.map(() => ''),
    'Links.Attributes': links.map((link) => encode(attributesOf(link['attributes']), layout)),
  };
}

function exportLog(log: Json, layout: Layout): Json {
  return {
    Timestamp: time(BigInt(log['timeUnixNano'] as string)),
    TraceId: log['traceId'] ?? '',
    SpanId: log['spanId'] ?? '',
    SeverityNumber: log['severityNumber'],
    Body: text(valueOf(log['body'])),
    LogAttributes: encode(attributesOf(log['attributes']), layout),
    EventName: log['eventName'] ?? '',
  };
}

function* exportPoints(metric: Json, layout: Layout): Generator<[table: string, row: Json]> {
  const sum = metric['sum'] as Json | undefined;
  for (const point of objects((sum ?? (metric['gauge'] as Json))['dataPoints'])) {
    const row = {
      MetricName: metric['name'],
      MetricUnit: metric['unit'],
      Attributes: encode(attributesOf(point['attributes']), layout),
      StartTimeUnix: time(BigInt((point['startTimeUnixNano'] as string | undefined) ?? 0)),
      TimeUnix: time(BigInt(point['timeUnixNano'] as string)),
      Value: point['asDouble'] ?? Number(point['asInt']),
    };
    if (!sum) yield ['otel_metrics_gauge', row];
    else
      yield [
        'otel_metrics_sum',
        { ...row, AggregationTemporality: sum['aggregationTemporality'], IsMonotonic: sum['isMonotonic'] },
      ];
  }
}

/** The map layout has texts alone: lists become JSON. */
function encode(attributes: Json, layout: Layout): Json {
  if (layout === 'json') return attributes;
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, text(value)]));
}

function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function attributesOf(list: unknown): Json {
  return Object.fromEntries(objects(list).map((attribute) => [attribute['key'] as string, valueOf(attribute['value'])]));
}

function valueOf(value: unknown): unknown {
  const { arrayValue, intValue, ...rest } = (value ?? {}) as { arrayValue?: { values: unknown[] }; intValue?: string };
  if (arrayValue) return arrayValue.values.map(valueOf);
  return intValue === undefined ? Object.values(rest)[0] : Number(intValue);
}

function objects(list: unknown): Json[] {
  return (list ?? []) as Json[];
}

function time(nanoseconds: bigint): string {
  return `${new Date(Number(nanoseconds / 1_000_000n)).toISOString().slice(0, 19).replace('T', ' ')}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}`;
}
