import type { IField, INamespace, IType } from 'protobufjs';

/** Fields as `name: [number, type]`; a type in brackets repeats. */
type Fields = Readonly<Record<string, readonly [number, string]>>;

const TIMES: Fields = { startTimeUnixNano: [2, 'fixed64'], timeUnixNano: [3, 'fixed64'] };
const EXTREMES = (min: number): Fields => ({ min: [min, 'double'], max: [min + 1, 'double'] });
const POINTS = (type: string): Fields => ({ dataPoints: [1, `[${type}]`], aggregationTemporality: [2, 'int32'] });

/** The messages of OTLP that the reader needs, https://github.com/open-telemetry/opentelemetry-proto; unknown fields are passed over. */
const MESSAGES: Readonly<Record<string, Fields>> = {
  Traces: { resourceSpans: [1, '[ResourceSpans]'] },
  Logs: { resourceLogs: [1, '[ResourceLogs]'] },
  Metrics: { resourceMetrics: [1, '[ResourceMetrics]'] },
  ResourceSpans: { resource: [1, 'Resource'], scopeSpans: [2, '[ScopeSpans]'] },
  ResourceLogs: { resource: [1, 'Resource'], scopeLogs: [2, '[ScopeLogs]'] },
  ResourceMetrics: { resource: [1, 'Resource'], scopeMetrics: [2, '[ScopeMetrics]'] },
  Resource: { attributes: [1, '[KeyValue]'] },
  ScopeSpans: { spans: [2, '[Span]'] },
  ScopeLogs: { logRecords: [2, '[LogRecord]'] },
  ScopeMetrics: { metrics: [2, '[Metric]'] },
  KeyValue: { key: [1, 'string'], value: [2, 'AnyValue'] },
  AnyValue: {
    stringValue: [1, 'string'],
    boolValue: [2, 'bool'],
    intValue: [3, 'int64'],
    doubleValue: [4, 'double'],
    arrayValue: [5, 'ArrayValue'],
    kvlistValue: [6, 'KeyValueList'],
    bytesValue: [7, 'bytes'],
  },
  ArrayValue: { values: [1, '[AnyValue]'] },
  KeyValueList: { values: [1, '[KeyValue]'] },
  Span: {
    traceId: [1, 'bytes'],
    spanId: [2, 'bytes'],
    traceState: [3, 'string'],
    parentSpanId: [4, 'bytes'],
    name: [5, 'string'],
    kind: [6, 'int32'],
    startTimeUnixNano: [7, 'fixed64'],
    endTimeUnixNano: [8, 'fixed64'],
    attributes: [9, '[KeyValue]'],
    events: [11, '[Event]'],
    links: [13, '[Link]'],
    status: [15, 'Status'],
  },
  Event: { timeUnixNano: [1, 'fixed64'], name: [2, 'string'], attributes: [3, '[KeyValue]'] },
  Link: { traceId: [1, 'bytes'], spanId: [2, 'bytes'], attributes: [4, '[KeyValue]'] },
  Status: { message: [2, 'string'], code: [3, 'int32'] },
  LogRecord: {
    timeUnixNano: [1, 'fixed64'],
    observedTimeUnixNano: [11, 'fixed64'],
    severityNumber: [2, 'int32'],
    body: [5, 'AnyValue'],
    attributes: [6, '[KeyValue]'],
    traceId: [9, 'bytes'],
    spanId: [10, 'bytes'],
    eventName: [12, 'string'],
  },
  Metric: {
    name: [1, 'string'],
    unit: [3, 'string'],
    gauge: [5, 'Gauge'],
    sum: [7, 'Sum'],
    histogram: [9, 'Histogram'],
    exponentialHistogram: [10, 'ExponentialHistogram'],
    summary: [11, 'Summary'],
  },
  Gauge: { dataPoints: [1, '[NumberPoint]'] },
  Sum: POINTS('NumberPoint'),
  Histogram: POINTS('HistogramPoint'),
  ExponentialHistogram: POINTS('ExponentialPoint'),
  Summary: { dataPoints: [1, '[SummaryPoint]'] },
  NumberPoint: { ...TIMES, asDouble: [4, 'double'], asInt: [6, 'sfixed64'], attributes: [7, '[KeyValue]'] },
  HistogramPoint: {
    ...TIMES,
    count: [4, 'fixed64'],
    sum: [5, 'double'],
    bucketCounts: [6, '[fixed64]'],
    explicitBounds: [7, '[double]'],
    attributes: [9, '[KeyValue]'],
    ...EXTREMES(11),
  },
  ExponentialPoint: {
    ...TIMES,
    attributes: [1, '[KeyValue]'],
    count: [4, 'fixed64'],
    sum: [5, 'double'],
    positive: [8, 'Buckets'],
    ...EXTREMES(12),
  },
  Buckets: { offset: [1, 'sint32'], bucketCounts: [2, '[uint64]'] },
  SummaryPoint: { ...TIMES, count: [4, 'fixed64'], sum: [5, 'double'], attributes: [7, '[KeyValue]'] },
};

/** Fields whose zero or empty value means something; the others are left out where they are zero. */
const PRESENT = new Set([
  'stringValue',
  'boolValue',
  'intValue',
  'doubleValue',
  'bytesValue',
  'asDouble',
  'asInt',
  'sum',
  'min',
  'max',
]);

/** The messages in the form that protobufjs loads. */
export function describeMessages(): INamespace {
  return { nested: Object.fromEntries(Object.entries(MESSAGES).map(([name, fields]) => [name, describeMessage(fields)])) };
}

function describeMessage(fields: Fields): IType {
  const described = Object.entries(fields).map(([name, [id, type]]): [string, IField] => [name, describeField(id, type)]);
  const present = Object.keys(fields).filter((name) => PRESENT.has(name));
  return {
    fields: Object.fromEntries(described),
    oneofs: Object.fromEntries(present.map((name) => [`_${name}`, { oneof: [name] }])),
  };
}

function describeField(id: number, type: string): IField {
  return type.startsWith('[') ? { id, type: type.slice(1, -1), rule: 'repeated' } : { id, type };
}
