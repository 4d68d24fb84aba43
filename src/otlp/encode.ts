import type { Attributes, AttributeValue, SpanRow } from './rows.ts';

/** Digits of a time in nanoseconds, with leading zeros where it lies before 2001. */
const TIME_DIGITS = 19;

/** Attributes as OTLP's list of key and value pairs. */
export function encodeAttributes(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: encodeValue(value) }));
}

export function encodeValue(value: AttributeValue): object {
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value.toWellFormed() };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(encodeValue) } };
  return { kvlistValue: { values: encodeAttributes(value) } };
}

/** A span as exporters write it, in compact JSON; attributes without a value are left out. */
export function spanJson(span: SpanRow): string {
  const { traceId, spanId, parentSpanId, traceState, name, kind, status, statusMessage } = span;
  return JSON.stringify({
    traceId,
    spanId,
    ...(parentSpanId !== null && { parentSpanId }),
    ...(traceState !== undefined && { traceState: traceState.toWellFormed() }),
    name: name.toWellFormed(),
    kind: kind >= 0 && kind <= 5 ? kind : 0,
    startTimeUnixNano: nanoseconds(BigInt(span.startUs) * 1000n),
    endTimeUnixNano: nanoseconds(BigInt(span.startUs) * 1000n + BigInt(Math.round(span.durationNs))),
    attributes: encodeAttributes(withValues(span.attributes)),
    status: { code: status, ...(statusMessage !== null && { message: statusMessage.toWellFormed() }) },
    events: span.events.map((event) => ({
      timeUnixNano: String(BigInt(event.timeUs) * 1000n),
      name: event.name.toWellFormed(),
      attributes: encodeAttributes(event.attributes),
    })),
    links: span.links.map((link) => ({ ...link, attributes: encodeAttributes(link.attributes) })),
  });
}

function withValues(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null));
}

function nanoseconds(nanos: bigint): string {
  return String(nanos).padStart(TIME_DIGITS, '0');
}
