/** Builders of OTLP JSON for the tests of the reader and the store. */
export type Value = string | number | boolean | string[];

export interface SpanOptions {
  readonly traceId?: string;
  readonly spanId: string;
  readonly name?: string;
  readonly attributes?: Readonly<Record<string, Value>>;
  readonly error?: boolean;
  readonly startNs?: bigint;
  readonly events?: readonly { name: string; attributes: Readonly<Record<string, Value>> }[];
  readonly links?: readonly { traceId: string; type: string }[];
  readonly traceState?: string;
}

const START = 1_763_884_800_000_000_000n;

export function otlpSpan(options: SpanOptions): object {
  const start = options.startNs ?? START;
  return {
    traceId: options.traceId ?? 'a'.repeat(32),
    spanId: options.spanId,
    name: options.name ?? 'crawl.page',
    kind: 1,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + 1_500_000n),
    attributes: pairs(options.attributes ?? {}),
    events: (options.events ?? []).map(({ name, attributes }) => ({
      name,
      timeUnixNano: String(start + 500_000n),
      attributes: pairs(attributes),
    })),
    links: (options.links ?? []).map(({ traceId, type }) => ({
      traceId,
      spanId: '1'.repeat(16),
      attributes: pairs({ 'crawl.link.type': type }),
    })),
    ...(options.traceState !== undefined && { traceState: options.traceState }),
    ...(options.error && { status: { code: 2, message: 'failed' } }),
  };
}

export function traceLine(...spans: readonly object[]): string {
  const resource = { attributes: pairs({ 'service.name': 'crawler', 'host.name': 'h', 'process.pid': 7 }) };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'crawlscope' }, spans }] }] });
}

export function logLine(
  eventName: string,
  attributes: Readonly<Record<string, Value>>,
  options: { asAttribute?: boolean; timeNs?: bigint } = {},
): string {
  const record = {
    timeUnixNano: String(options.timeNs ?? START),
    body: { stringValue: 'text' },
    attributes: pairs(options.asAttribute ? { ...attributes, 'event.name': eventName } : attributes),
    ...(!options.asAttribute && { eventName }),
  };
  return JSON.stringify({
    resourceLogs: [{ resource: { attributes: pairs({ 'service.name': 'crawler' }) }, scopeLogs: [{ logRecords: [record] }] }],
  });
}

export function metricLine(value: number, timeNs: bigint = START): string {
  const time = { startTimeUnixNano: String(START), timeUnixNano: String(timeNs) };
  const sum = {
    aggregationTemporality: 2,
    isMonotonic: true,
    dataPoints: [{ ...time, asInt: String(value), attributes: pairs({ 'crawl.outcome': 'ok' }) }],
  };
  const histogram = {
    aggregationTemporality: 1,
    dataPoints: [{ ...time, count: '3', sum: 1.5, min: 0.1, max: 1, explicitBounds: [0.5], bucketCounts: ['2', '1'] }],
  };
  const metrics = [
    { name: 'crawl.pages', unit: '{page}', sum },
    { name: 'crawl.page.duration', unit: 's', histogram },
  ];
  return JSON.stringify({
    resourceMetrics: [{ resource: { attributes: pairs({ 'service.name': 'crawler' }) }, scopeMetrics: [{ metrics }] }],
  });
}

export function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function pairs(attributes: Readonly<Record<string, Value>>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: Value): object {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
