/** One OTLP attribute value as plain JavaScript: arrays and maps keep their shape, bytes are base64 text. */
export type AttributeValue = string | number | boolean | null | AttributeValue[] | { [key: string]: AttributeValue };
export type Attributes = Record<string, AttributeValue>;

/** An event of a span. `timeUs` is microseconds since the Unix epoch. */
export interface SpanEvent {
  readonly timeUs: number;
  readonly name: string;
  readonly attributes: Attributes;
}

/** A link of a span to another span, ids in lower-case hex. */
export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Attributes;
}

/** A span as read from a file: ids in lower-case hex, `startUs` in microseconds since the Unix epoch. */
export interface SpanRow {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  /** W3C trace state, where the sampling threshold travels. */
  readonly traceState?: string;
  readonly name: string;
  /** OTLP span kind, 1 (INTERNAL) to 5 (CONSUMER); 0 is unspecified. */
  readonly kind: number;
  readonly startUs: number;
  readonly durationNs: number;
  /** OTLP status code: 0 unset, 1 ok, 2 error. */
  readonly status: 0 | 1 | 2;
  readonly statusMessage: string | null;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  readonly resource: Attributes;
}

/** A log record as read from a file. */
export interface LogRow {
  readonly timeUs: number;
  readonly eventName: string | null;
  /** OTLP severity number, 0 when unset. */
  readonly severity: number;
  readonly body: AttributeValue;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly attributes: Attributes;
  readonly resource: Attributes;
}

/** One data point of a metric; histograms fill `count`, `sum`, `min`, `max`, `bounds` and `buckets`, the others `value`. */
export interface MetricRow {
  readonly timeUs: number;
  readonly startUs: number | null;
  readonly name: string;
  readonly unit: string;
  readonly type: 'gauge' | 'sum' | 'histogram' | 'exponential_histogram' | 'summary';
  /** OTLP aggregation temporality: 0 unspecified, 1 delta, 2 cumulative. */
  readonly temporality: 0 | 1 | 2;
  readonly value: number | null;
  readonly count: number | null;
  readonly sum: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly bounds: readonly number[];
  readonly buckets: readonly number[];
  readonly attributes: Attributes;
  readonly resource: Attributes;
}

export type Signal = 'traces' | 'logs' | 'metrics';

/** What one decoded record (a line, a frame) held. */
export interface Rows {
  readonly spans: readonly SpanRow[];
  readonly logs: readonly LogRow[];
  readonly metrics: readonly MetricRow[];
}

/** A stretch of a file that could not be read; reported, never silent. */
export interface Skipped {
  readonly file: string;
  /** Byte offset of the stretch in the (decompressed) file. */
  readonly offset: number;
  readonly bytes: number;
  readonly reason: string;
}
