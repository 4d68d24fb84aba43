import type { Attributes, SpanEvent, SpanRow } from '../otlp/rows.ts';
import * as names from '../semconv.ts';
import { jsonText, stageRow, type Staged } from './columns.ts';

/** Stages a span in the table of its class, and its failures; `n` numbers it within the batch. */
export function stageSpan(batch: Staged, span: SpanRow, n: number, resource: { id: number; service: unknown }): void {
  const { attributes } = span;
  const isCrawl = span.name.startsWith('crawl.');
  const url = attributes[names.ATTR_URL_FULL];
  const common = {
    n,
    trace_id: span.traceId,
    span_id: span.spanId,
    parent_span_id: span.parentSpanId,
    name: span.name,
    kind: span.kind,
    stage: stageOf(span),
    service: resource.service,
    url,
    domain: attributes[names.ATTR_URL_DOMAIN] ?? (isCrawl && typeof url === 'string' ? hostOf(url) : null),
    retry: attributes[names.ATTR_RETRY_COUNT] ?? (isCrawl ? 0 : null),
    start_us: span.startUs,
    duration_ms: span.durationNs / 1e6,
    status: span.status,
    status_message: span.statusMessage,
    error_type: attributes[names.ATTR_ERROR_TYPE],
    model_version: attributes[names.ATTR_MODEL_VERSION],
    attributes: jsonText(attributes),
    events: jsonText(span.events),
    links: jsonText(span.links),
    resource_id: resource.id,
  };
  if (span.name === names.SPAN_PAGE) stageRow(batch.span_pages, { ...common, ...pageColumns(span) });
  else if (isCrawl && span.name !== names.SPAN_RUN) stageRow(batch.span_stages, { ...common, ...stageColumns(span) });
  else stageRow(batch.span_others, common);
  if (!isCrawl) return;
  for (const event of span.events) {
    if (event.name === names.EVENT_EXCEPTION) stageRow(batch.failures, { ...common, ...failureColumns(event, attributes) });
  }
}

function stageOf(span: SpanRow): unknown {
  const stage = span.attributes[names.ATTR_STAGE];
  if (stage !== undefined) return stage;
  if (span.name === names.SPAN_PAGE) return names.STAGE_PAGE;
  return span.name.startsWith('crawl.') && span.name !== names.SPAN_RUN ? span.name.slice('crawl.'.length) : null;
}

function pageColumns(span: SpanRow): Record<string, unknown> {
  const { attributes } = span;
  return {
    run_id: attributes[names.ATTR_RUN_ID],
    score: attributes[names.ATTR_PAGE_SCORE],
    category: attributes[names.ATTR_PAGE_CATEGORY],
    tags: attributes[names.ATTR_PAGE_TAGS],
    tag_scores: attributes[names.ATTR_PAGE_TAG_SCORES],
    length: attributes[names.ATTR_PAGE_LENGTH],
    content_hash: attributes[names.ATTR_PAGE_CONTENT_HASH],
    embedding_id: attributes[names.ATTR_EMBEDDING_ID],
    depth: attributes[names.ATTR_PAGE_DEPTH],
    extraction_method: attributes[names.ATTR_EXTRACTION_METHOD],
    threshold: attributes[names.ATTR_THRESHOLD_VALUE],
    threshold_passed: attributes[names.ATTR_THRESHOLD_PASSED],
    classification_method: attributes[names.ATTR_CLASSIFICATION_METHOD],
    config_hash: attributes[names.ATTR_CONFIG_HASH],
    cache_hit: attributes[names.ATTR_CACHE_HIT],
    queue_wait_s: attributes[names.ATTR_QUEUE_WAIT],
    discovered_by_trace_id: span.links.find((link) => link.attributes[names.ATTR_LINK_TYPE] === names.LINK_DISCOVERED_BY)
      ?.traceId,
    weight: weightOf(span),
  };
}

function stageColumns(span: SpanRow): Record<string, unknown> {
  const { attributes } = span;
  return {
    http_status: attributes[names.ATTR_HTTP_STATUS],
    body_size: attributes[names.ATTR_HTTP_BODY_SIZE],
    cache_hit: attributes[names.ATTR_CACHE_HIT],
    content_hash: attributes[names.ATTR_PAGE_CONTENT_HASH],
    embedding_id: attributes[names.ATTR_EMBEDDING_ID],
    weight: weightOf(span),
  };
}

/** What the event does not say is taken from its span. */
function failureColumns(event: SpanEvent, attributes: Attributes): Record<string, unknown> {
  const value = (name: string): unknown => event.attributes[name] ?? attributes[name];
  const url = event.attributes[names.ATTR_URL_FULL];
  const stage = event.attributes[names.ATTR_STAGE];
  const retry = event.attributes[names.ATTR_RETRY_COUNT];
  return {
    time_us: event.timeUs,
    ...(url !== undefined && { url }),
    ...(stage !== undefined && { stage }),
    ...(retry !== undefined && { retry }),
    error_type: value(names.ATTR_ERROR_TYPE),
    exception_type: event.attributes[names.ATTR_EXCEPTION_TYPE],
    message: event.attributes[names.ATTR_EXCEPTION_MESSAGE],
    stacktrace: event.attributes[names.ATTR_EXCEPTION_STACKTRACE],
    retry_scheduled: event.attributes[names.ATTR_RETRY_SCHEDULED],
    http_status: value(names.ATTR_HTTP_STATUS),
    user_agent: value(names.ATTR_USER_AGENT),
    content_hash: value(names.ATTR_PAGE_CONTENT_HASH),
    length: value(names.ATTR_PAGE_LENGTH),
  };
}

/** How many spans this one stands for: as the sampler said, or from the threshold in the trace state. */
function weightOf(span: SpanRow): number {
  const told = span.attributes['crawl.sampling.weight'];
  if (typeof told === 'number' && told > 0) return told;
  const threshold = /(?:^|[,\s])ot=[^,]*?\bth:([\da-f]{1,14})/.exec(span.traceState ?? '')?.[1];
  if (threshold === undefined) return 1;
  // https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
  const rejected = Number.parseInt(threshold.padEnd(14, '0'), 16) / 2 ** 56;
  return 1 / (1 - rejected);
}

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname : null;
}
