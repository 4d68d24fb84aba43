import type { Attributes, AttributeValue, LogRow, MetricRow, Rows, SpanEvent, SpanLink, SpanRow } from './rows.ts';
import { bool, integer, list, nanosToMicros, nanosBetween, number, object, text, type Json } from './value.ts';

/** Rows under construction; one object for a whole block of records. */
export interface RowSink extends Rows {
  readonly spans: SpanRow[];
  readonly logs: LogRow[];
  readonly metrics: MetricRow[];
}

const STATUS = { STATUS_CODE_UNSET: 0, STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 } as const;
const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

/** Adds the rows of one export request in OTLP's JSON mapping (or decoded protobuf: ids as bytes) to `sink`; returns how many items had no ids or no shape. */
export function collectRows(request: Json, sink: RowSink): number {
  let bad = 0;
  for (const group of list(request['resourceSpans'])) {
    const resource = resourceOf(group);
    for (const scope of list(object(group)['scopeSpans'])) {
      for (const item of list(object(scope)['spans'])) {
        const span = toSpan(object(item), resource);
        if (span) sink.spans.push(span);
        else bad++;
      }
    }
  }
  for (const group of list(request['resourceLogs'])) {
    const resource = resourceOf(group);
    for (const scope of list(object(group)['scopeLogs'])) {
      for (const item of list(object(scope)['logRecords'])) sink.logs.push(toLog(object(item), resource));
    }
  }
  for (const group of list(request['resourceMetrics'])) {
    const resource = resourceOf(group);
    for (const scope of list(object(group)['scopeMetrics'])) {
      for (const item of list(object(scope)['metrics'])) bad += collectPoints(object(item), resource, sink.metrics);
    }
  }
  return bad;
}

/** Flattens OTLP's list of key and value pairs. */
export function toAttributes(pairs: unknown): Attributes {
  const attributes: Attributes = {};
  for (const pair of list(pairs)) {
    const { key, value } = object(pair);
    if (typeof key === 'string' && key !== '__proto__') attributes[key] = toValue(value);
  }
  return attributes;
}

/** The plain value of OTLP's `AnyValue`. */
export function toValue(value: unknown): AttributeValue {
  const any = object(value);
  if (typeof any['stringValue'] === 'string') return any['stringValue'];
  if (any['intValue'] !== undefined) return number(any['intValue']);
  if (any['doubleValue'] !== undefined) return number(any['doubleValue']);
  if (any['boolValue'] !== undefined) return bool(any['boolValue']);
  if (any['arrayValue'] !== undefined) return list(object(any['arrayValue'])['values']).map(toValue);
  if (any['kvlistValue'] !== undefined) return toAttributes(object(any['kvlistValue'])['values']);
  const bytes = any['bytesValue'];
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('base64') : text(bytes);
}

function resourceOf(group: unknown): Attributes {
  return toAttributes(object(object(group)['resource'])['attributes']);
}

/** A span with what its attributes mean; undefined where it lacks an id or its start. */
export function toSpan(span: Json, resource: Attributes): SpanRow | undefined {
  const traceId = toId(span['traceId']);
  const spanId = toId(span['spanId']);
  const startUs = nanosToMicros(span['startTimeUnixNano']);
  if (traceId === null || spanId === null || startUs === null) return undefined;
  const status = object(span['status']);
  const traceState = text(span['traceState']);
  return {
    traceId,
    spanId,
    parentSpanId: toId(span['parentSpanId']),
    ...(traceState !== null && traceState !== '' && { traceState }),
    name: text(span['name']) ?? '',
    kind: toKind(span['kind']),
    startUs,
    durationNs: nanosBetween(span['startTimeUnixNano'], span['endTimeUnixNano']),
    status: toStatus(status['code']),
    statusMessage: text(status['message']),
    attributes: toAttributes(span['attributes']),
    events: list(span['events']).map(toEvent),
    links: list(span['links']).map(toLink),
    resource,
  };
}

export function toEvent(value: unknown): SpanEvent {
  const event = object(value);
  return {
    timeUs: nanosToMicros(event['timeUnixNano']) ?? 0,
    name: text(event['name']) ?? '',
    attributes: toAttributes(event['attributes']),
  };
}

export function toLink(value: unknown): SpanLink {
  const link = object(value);
  return {
    traceId: toId(link['traceId']) ?? '',
    spanId: toId(link['spanId']) ?? '',
    attributes: toAttributes(link['attributes']),
  };
}

function toLog(log: Json, resource: Attributes): LogRow {
  const attributes = toAttributes(log['attributes']);
  const eventName = text(log['eventName']) || text(attributes['event.name']);
  const time = nanosToMicros(log['timeUnixNano']);
  return {
    timeUs: time || nanosToMicros(log['observedTimeUnixNano']) || 0,
    eventName: eventName || null,
    severity: integer(log['severityNumber']),
    body: toValue(log['body']),
    traceId: toId(log['traceId']),
    spanId: toId(log['spanId']),
    attributes,
    resource,
  };
}

const DATA = [
  ['gauge', 'gauge'],
  ['sum', 'sum'],
  ['histogram', 'histogram'],
  ['exponentialHistogram', 'exponential_histogram'],
  ['summary', 'summary'],
] as const;

function collectPoints(metric: Json, resource: Attributes, sink: MetricRow[]): number {
  const name = text(metric['name']);
  const kind = DATA.find(([key]) => metric[key] !== undefined && metric[key] !== null);
  if (name === null || kind === undefined) return 1;
  const data = object(metric[kind[0]]);
  for (const item of list(data['dataPoints'])) {
    const point = object(item);
    const value = point['asDouble'] ?? point['asInt'];
    sink.push({
      timeUs: nanosToMicros(point['timeUnixNano']) ?? 0,
      startUs: nanosToMicros(point['startTimeUnixNano']) || null,
      name,
      unit: text(metric['unit']) ?? '',
      type: kind[1],
      temporality: toTemporality(data['aggregationTemporality']),
      value: value === undefined ? null : number(value),
      count: optional(point['count']),
      sum: optional(point['sum']),
      min: optional(point['min']),
      max: optional(point['max']),
      bounds: list(point['explicitBounds']).map((bound) => number(bound) ?? 0),
      buckets: list(point['bucketCounts'] ?? object(point['positive'])['bucketCounts']).map((count) => number(count) ?? 0),
      attributes: toAttributes(point['attributes']),
      resource,
    });
  }
  return 0;
}

function optional(value: unknown): number | null {
  return value === undefined ? null : number(value);
}

function toId(value: unknown): string | null {
  const id = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
  return typeof id !== 'string' || id === '' || /^0+$/.test(id) ? null : id.toLowerCase();
}

function toKind(value: unknown): number {
  if (typeof value !== 'string' || !value.startsWith('SPAN_KIND_')) return integer(value);
  return Math.max(0, KINDS.indexOf(value.slice('SPAN_KIND_'.length)));
}

function toStatus(value: unknown): 0 | 1 | 2 {
  const code = typeof value === 'string' ? (STATUS[value as keyof typeof STATUS] ?? Number(value)) : value;
  return code === 1 || code === 2 ? code : 0;
}

function toTemporality(value: unknown): 0 | 1 | 2 {
  if (typeof value === 'string') return value.endsWith('DELTA') ? 1 : value.endsWith('CUMULATIVE') ? 2 : 0;
  return value === 1 || value === 2 ? value : 0;
}
