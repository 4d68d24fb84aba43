import * as names from '../semconv.ts';
import type { MetricTable, Reading } from './clickhouse-reading.ts';

/** The SQL of a table's columns, in the order of `tables.ts`, over a table of the exporter. */
export type Source = (reading: Reading) => Readonly<Record<string, string>>;

const STAGE_NAME = `if(startsWith(SpanName, 'crawl.') AND SpanName <> '${names.SPAN_RUN}', substring(SpanName, 7), NULL)`;
const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
/** Older exporters write `STATUS_CODE_ERROR` where newer ones write `Error`. */
const STATUS = `multiIf(endsWith(upper(StatusCode), 'ERROR'), 2, endsWith(upper(StatusCode), 'OK'), 1, 0)`;

/** Every span, whole. */
export const SPANS: Source = ({ layout }) => ({
  trace_id: 'TraceId',
  span_id: 'SpanId',
  parent_span_id: `nullIf(ParentSpanId, '')`,
  name: 'SpanName',
  kind: `greatest(indexOf([${KINDS.map((kind) => `'${kind}'`).join(', ')}], replaceOne(upper(SpanKind), 'SPAN_KIND_', '')), 1) - 1`,
  ...common({ layout }),
  status: STATUS,
  status_message: `nullIf(StatusMessage, '')`,
  error_type: layout.text('SpanAttributes', names.ATTR_ERROR_TYPE),
  model_version: layout.text('SpanAttributes', names.ATTR_MODEL_VERSION),
  attributes: layout.json('SpanAttributes'),
  events: `concat('[', arrayStringConcat(arrayMap((t, n, a) -> concat('{"timeUs":', toString(toUnixTimestamp64Micro(t)), ',"name":',
    toJSONString(n), ',"attributes":', ${layout.json('a')}, '}'), Events.Timestamp, Events.Name, Events.Attributes), ','), ']')`,
  links: `concat('[', arrayStringConcat(arrayMap((t, s, a) -> concat('{"traceId":', toJSONString(t), ',"spanId":', toJSONString(s),
    ',"attributes":', ${layout.json('a')}, '}'), Links.TraceId, Links.SpanId, Links.Attributes), ','), ']')`,
  resource: layout.json('ResourceAttributes'),
});

/** Attempts, without their outcome. */
export const PAGES: Source = ({ layout, hasWeights }) => {
  const { text, int, double, boolean, list } = attributes({ layout });
  return {
    ...common({ layout }),
    trace_id: 'TraceId',
    span_id: 'SpanId',
    parent_span_id: `nullIf(ParentSpanId, '')`,
    status: STATUS,
    run_id: text(names.ATTR_RUN_ID),
    error_type: text(names.ATTR_ERROR_TYPE),
    score: double(names.ATTR_PAGE_SCORE),
    category: text(names.ATTR_PAGE_CATEGORY),
    tags: list(names.ATTR_PAGE_TAGS, 'String'),
    tag_scores: list(names.ATTR_PAGE_TAG_SCORES, 'Float64'),
    length: int(names.ATTR_PAGE_LENGTH),
    content_hash: text(names.ATTR_PAGE_CONTENT_HASH),
    embedding_id: text(names.ATTR_EMBEDDING_ID),
    depth: int(names.ATTR_PAGE_DEPTH),
    extraction_method: text(names.ATTR_EXTRACTION_METHOD),
    model_version: text(names.ATTR_MODEL_VERSION),
    threshold: double(names.ATTR_THRESHOLD_VALUE),
    threshold_passed: boolean(names.ATTR_THRESHOLD_PASSED),
    classification_method: text(names.ATTR_CLASSIFICATION_METHOD),
    config_hash: text(names.ATTR_CONFIG_HASH),
    cache_hit: boolean(names.ATTR_CACHE_HIT),
    queue_wait_s: double(names.ATTR_QUEUE_WAIT),
    discovered_by_trace_id: `nullIf(arrayFirst((t, a) -> ${layout.text('a', names.ATTR_LINK_TYPE)} = '${names.LINK_DISCOVERED_BY}',
      Links.TraceId, Links.Attributes), '')`,
    weight: weight({ layout, hasWeights }),
  };
};

/** Stages. */
export const STAGES: Source = ({ layout, hasWeights }) => {
  const { text, int, boolean } = attributes({ layout });
  return {
    ...common({ layout }),
    trace_id: 'TraceId',
    span_id: 'SpanId',
    parent_span_id: `nullIf(ParentSpanId, '')`,
    name: 'SpanName',
    status: STATUS,
    error_type: text(names.ATTR_ERROR_TYPE),
    model_version: text(names.ATTR_MODEL_VERSION),
    http_status: int(names.ATTR_HTTP_STATUS),
    body_size: int(names.ATTR_HTTP_BODY_SIZE),
    cache_hit: boolean(names.ATTR_CACHE_HIT),
    content_hash: text(names.ATTR_PAGE_CONTENT_HASH),
    embedding_id: text(names.ATTR_EMBEDDING_ID),
    weight: weight({ layout, hasWeights }),
  };
};

/** Runs. */
export const RUNS: Source = ({ layout }) => {
  const { text, int, double } = attributes({ layout });
  return {
    trace_id: 'TraceId',
    span_id: 'SpanId',
    service: `nullIf(ServiceName, '')`,
    run_id: text(names.ATTR_RUN_ID),
    start_us: 'toUnixTimestamp64Micro(Timestamp)',
    duration_ms: 'Duration / 1000000',
    status: STATUS,
    classification_method: text(names.ATTR_CLASSIFICATION_METHOD),
    threshold: double(names.ATTR_THRESHOLD_VALUE),
    config_hash: text(names.ATTR_CONFIG_HASH),
    random_seed: int(names.ATTR_RANDOM_SEED),
    model_version: text(names.ATTR_MODEL_VERSION),
    attributes: layout.json('SpanAttributes'),
    resource: layout.json('ResourceAttributes'),
  };
};

/** Failures; `event` is what the exception event says, and the span says the rest. */
export const FAILURES: Source = ({ layout }) => {
  const own = (name: string): string => layout.text('event', name);
  const either = (name: string): string => `coalesce(${own(name)}, ${layout.text('SpanAttributes', name)})`;
  return {
    trace_id: 'TraceId',
    span_id: 'SpanId',
    service: `nullIf(ServiceName, '')`,
    time_us: 'toUnixTimestamp64Micro(event_time)',
    url: either(names.ATTR_URL_FULL),
    domain: common({ layout }).domain,
    stage: `coalesce(${own(names.ATTR_STAGE)}, ${layout.text('SpanAttributes', names.ATTR_STAGE)}, ${STAGE_NAME})`,
    error_type: either(names.ATTR_ERROR_TYPE),
    exception_type: own(names.ATTR_EXCEPTION_TYPE),
    message: own(names.ATTR_EXCEPTION_MESSAGE),
    stacktrace: own(names.ATTR_EXCEPTION_STACKTRACE),
    retry: `coalesce(${int(either(names.ATTR_RETRY_COUNT))}, 0)`,
    retry_scheduled: boolean(own(names.ATTR_RETRY_SCHEDULED)),
    http_status: int(either(names.ATTR_HTTP_STATUS)),
    user_agent: either(names.ATTR_USER_AGENT),
    content_hash: either(names.ATTR_PAGE_CONTENT_HASH),
    length: int(either(names.ATTR_PAGE_LENGTH)),
  };
};

/** Data points of one of the exporter's metric tables. */
export function METRICS({ metricLayout: layout }: Reading, type: MetricTable): Readonly<Record<string, string>> {
  const resource = (name: string): string => layout.text('ResourceAttributes', name);
  const isValue = type === 'gauge' || type === 'sum';
  const isHistogram = type === 'histogram' || type === 'exponential_histogram';
  const number = (sql: string, where: boolean): string =>
    where ? `CAST(${sql}, 'Nullable(Float64)')` : `CAST(NULL, 'Nullable(Float64)')`;
  return {
    time_us: 'toUnixTimestamp64Micro(toDateTime64(TimeUnix, 9))',
    start_us: 'nullIf(toUnixTimestamp64Micro(toDateTime64(StartTimeUnix, 9)), 0)',
    name: "CAST(MetricName, 'String')",
    unit: `CAST(MetricUnit, 'String')`,
    type: `'${type}'`,
    temporality: type === 'gauge' || type === 'summary' ? 'toInt32(0)' : 'AggregationTemporality',
    service: `CAST(nullIf(ServiceName, ''), 'Nullable(String)')`,
    instance: `coalesce(${resource('service.instance.id')}, nullIf(arrayStringConcat(arrayFilter(x -> x IS NOT NULL,
      [${resource('host.name')}, ${resource('process.pid')}]), ':'), ''))`,
    attributes: layout.json('Attributes'),
    value: number('Value', isValue),
    count: number('Count', !isValue),
    sum: number('Sum', !isValue),
    min: number('Min', isHistogram),
    max: number('Max', isHistogram),
    bounds: type === 'histogram' ? 'ExplicitBounds' : `CAST([], 'Array(Float64)')`,
    buckets: type === 'histogram' ? `CAST(BucketCounts, 'Array(Float64)')` : `CAST([], 'Array(Float64)')`,
  };
}

/** Log records. */
export const LOGS: Source = ({ logLayout: layout, hasEventName }) => ({
  time_us: 'toUnixTimestamp64Micro(Timestamp)',
  event_name: `coalesce(${hasEventName ? `nullIf(EventName, '')` : 'NULL'}, ${layout.text('LogAttributes', 'event.name')})`,
  severity: 'toInt64(SeverityNumber)',
  body: `if(Body = '', 'null', toJSONString(Body))`,
  trace_id: `nullIf(TraceId, '')`,
  span_id: `nullIf(SpanId, '')`,
  service: `nullIf(ServiceName, '')`,
  attributes: layout.json('LogAttributes'),
});

function common({ layout }: Pick<Reading, 'layout'>) {
  const text = (name: string): string => layout.text('SpanAttributes', name);
  const url = text(names.ATTR_URL_FULL);
  const host = `nullIf(lower(extract(ifNull(${url}, ''), '^[a-zA-Z][a-zA-Z0-9+.-]*://(?:[^/?#@]*@)?([^/?#:]+)')), '')`;
  return {
    stage: `coalesce(${text(names.ATTR_STAGE)}, ${STAGE_NAME})`,
    service: `nullIf(ServiceName, '')`,
    url,
    domain: `if(${text(names.ATTR_URL_DOMAIN)} IS NOT NULL, ${text(names.ATTR_URL_DOMAIN)}, if(startsWith(SpanName, 'crawl.'), ${host}, NULL))`,
    retry: `coalesce(${int(text(names.ATTR_RETRY_COUNT))}, if(startsWith(SpanName, 'crawl.'), 0, NULL))`,
    start_us: 'toUnixTimestamp64Micro(Timestamp)',
    duration_ms: 'Duration / 1000000',
  };
}

function attributes({ layout }: Pick<Reading, 'layout'>) {
  const text = (name: string): string => layout.text('SpanAttributes', name);
  return {
    text,
    int: (name: string) => int(text(name)),
    double: (name: string) => `toFloat64OrNull(${text(name)})`,
    boolean: (name: string) => boolean(text(name)),
    list: (name: string, element: 'String' | 'Float64') => layout.list('SpanAttributes', name, element),
  };
}

/** How many spans one stands for: as the sampler said, or from the threshold in the trace state, 14 hex digits of 56 bits. */
function weight({ layout, hasWeights }: Pick<Reading, 'layout' | 'hasWeights'>): string {
  const told = hasWeights
    ? `toFloat64OrNull(${layout.text('SpanAttributes', names.ATTR_SAMPLING_WEIGHT)})`
    : `CAST(NULL, 'Nullable(Float64)')`;
  const digits = `extract(TraceState, '(?:^|[,\\\\s])ot=[^,]*?\\\\bth:([0-9a-f]{1,14})')`;
  const rejected = `reinterpretAsUInt64(reverse(unhex(concat('00', rightPad(${digits}, 14, '0'))))) / 72057594037927936`;
  return `multiIf(${told} > 0, ${told}, TraceState = '', 1, ${digits} = '', 1, 1 / (1 - ${rejected}))`;
}

function int(text: string): string {
  return `toInt64OrNull(${text})`;
}

function boolean(text: string): string {
  return `multiIf(${text} = 'true', true, ${text} = 'false', false, NULL)`;
}
