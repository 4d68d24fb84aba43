import type { Attributes, SpanEvent, SpanRow } from '../otlp/rows.ts';
import * as names from '../semconv.ts';
import { orderGetters, type Getter } from './columns.ts';
import { jsonText } from './texts.ts';

/** A span with what its resource tells. */
export interface StagedSpan {
  readonly span: SpanRow;
  readonly attributes: Attributes;
  readonly isCrawl: boolean;
  readonly resourceId: number;
  readonly service: unknown;
}

/** An `exception` event of a span. */
export interface StagedFailure extends StagedSpan {
  readonly event: SpanEvent;
}

type SpanGetter = Getter<StagedSpan>;

const EMPTY_LIST = '[]';

const COMMON: Readonly<Record<string, SpanGetter>> = {
  trace_id: ({ span }) => span.traceId,
  span_id: ({ span }) => span.spanId,
  parent_span_id: ({ span }) => span.parentSpanId,
  name: ({ span }) => span.name,
  kind: ({ span }) => span.kind,
  stage: stageOf,
  service: ({ service }) => service,
  url: attribute(names.ATTR_URL_FULL),
  domain: domainOf,
  retry: ({ attributes, isCrawl }) => attributes[names.ATTR_RETRY_COUNT] ?? (isCrawl ? 0 : null),
  start_us: ({ span }) => span.startUs,
  duration_ms: ({ span }) => span.durationNs / 1e6,
  status: ({ span }) => span.status,
  status_message: ({ span }) => span.statusMessage,
  error_type: attribute(names.ATTR_ERROR_TYPE),
  model_version: attribute(names.ATTR_MODEL_VERSION),
  attributes: ({ attributes }) => jsonText(attributes),
  events: ({ span }) => (span.events.length === 0 ? EMPTY_LIST : jsonText(span.events)),
  links: ({ span }) => (span.links.length === 0 ? EMPTY_LIST : jsonText(span.links)),
  resource_id: ({ resourceId }) => resourceId,
};

export const OTHER_COLUMNS = orderGetters('span_others', COMMON);

export const PAGE_COLUMNS = orderGetters<StagedSpan>('span_pages', {
  ...COMMON,
  run_id: attribute(names.ATTR_RUN_ID),
  score: attribute(names.ATTR_PAGE_SCORE),
  category: attribute(names.ATTR_PAGE_CATEGORY),
  tags: attribute(names.ATTR_PAGE_TAGS),
  tag_scores: attribute(names.ATTR_PAGE_TAG_SCORES),
  length: attribute(names.ATTR_PAGE_LENGTH),
  content_hash: attribute(names.ATTR_PAGE_CONTENT_HASH),
  embedding_id: attribute(names.ATTR_EMBEDDING_ID),
  depth: attribute(names.ATTR_PAGE_DEPTH),
  extraction_method: attribute(names.ATTR_EXTRACTION_METHOD),
  threshold: attribute(names.ATTR_THRESHOLD_VALUE),
  threshold_passed: attribute(names.ATTR_THRESHOLD_PASSED),
  classification_method: attribute(names.ATTR_CLASSIFICATION_METHOD),
  config_hash: attribute(names.ATTR_CONFIG_HASH),
  cache_hit: attribute(names.ATTR_CACHE_HIT),
  queue_wait_s: attribute(names.ATTR_QUEUE_WAIT),
  discovered_by_trace_id: ({ span }) =>
    span.links.find((link) => link.attributes[names.ATTR_LINK_TYPE] === names.LINK_DISCOVERED_BY)?.traceId,
  weight: weightOf,
});

export const STAGE_COLUMNS = orderGetters<StagedSpan>('span_stages', {
  ...COMMON,
  http_status: attribute(names.ATTR_HTTP_STATUS),
  body_size: attribute(names.ATTR_HTTP_BODY_SIZE),
  cache_hit: attribute(names.ATTR_CACHE_HIT),
  content_hash: attribute(names.ATTR_PAGE_CONTENT_HASH),
  embedding_id: attribute(names.ATTR_EMBEDDING_ID),
  weight: weightOf,
});

/** What the event does not say is taken from its span. */
export const FAILURE_COLUMNS = orderGetters<StagedFailure>('failures', {
  trace_id: ({ span }) => span.traceId,
  span_id: ({ span }) => span.spanId,
  service: ({ service }) => service,
  time_us: ({ event }) => event.timeUs,
  url: eventOrSpan(names.ATTR_URL_FULL),
  domain: domainOf,
  stage: (failure) => failure.event.attributes[names.ATTR_STAGE] ?? stageOf(failure),
  error_type: eventOrSpan(names.ATTR_ERROR_TYPE),
  exception_type: onEvent(names.ATTR_EXCEPTION_TYPE),
  message: onEvent(names.ATTR_EXCEPTION_MESSAGE),
  stacktrace: onEvent(names.ATTR_EXCEPTION_STACKTRACE),
  retry: (failure) => eventOrSpan(names.ATTR_RETRY_COUNT)(failure) ?? 0,
  retry_scheduled: onEvent(names.ATTR_RETRY_SCHEDULED),
  http_status: eventOrSpan(names.ATTR_HTTP_STATUS),
  user_agent: eventOrSpan(names.ATTR_USER_AGENT),
  content_hash: eventOrSpan(names.ATTR_PAGE_CONTENT_HASH),
  length: eventOrSpan(names.ATTR_PAGE_LENGTH),
});

function attribute(name: string): SpanGetter {
  return ({ attributes }) => attributes[name];
}

function onEvent(name: string): Getter<StagedFailure> {
  return ({ event }) => event.attributes[name];
}

function eventOrSpan(name: string): Getter<StagedFailure> {
  return ({ event, attributes }) => event.attributes[name] ?? attributes[name];
}

function stageOf({ span, attributes, isCrawl }: StagedSpan): unknown {
  const stage = attributes[names.ATTR_STAGE];
  if (stage !== undefined) return stage;
  if (span.name === names.SPAN_PAGE) return names.STAGE_PAGE;
  return isCrawl && span.name !== names.SPAN_RUN ? span.name.slice('crawl.'.length) : null;
}

function domainOf({ attributes, isCrawl }: StagedSpan): unknown {
  const domain = attributes[names.ATTR_URL_DOMAIN];
  const url = attributes[names.ATTR_URL_FULL];
  if (domain !== undefined || !isCrawl || typeof url !== 'string') return domain;
  return URL.canParse(url) ? new URL(url).hostname : null;
}

/** How many spans this one stands for: as the sampler said, or from the threshold in the trace state. */
function weightOf({ span, attributes }: StagedSpan): number {
  const told = attributes[names.ATTR_SAMPLING_WEIGHT];
  if (typeof told === 'number' && told > 0) return told;
  if (span.traceState === undefined) return 1;
  const threshold = /(?:^|[,\s])ot=[^,]*?\bth:([\da-f]{1,14})/.exec(span.traceState)?.[1];
  if (threshold === undefined) return 1;
  // https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
  const rejected = Number.parseInt(threshold.padEnd(14, '0'), 16) / 2 ** 56;
  return 1 / (1 - rejected);
}
