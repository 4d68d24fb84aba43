import type { Attributes, HrTime, Link, TraceState } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import { startLine, type Line } from './json-line.ts';

/** What OTLP adds to the W3C flags: it is known whether the parent is of another process; it is. */
const KNOWN_REMOTE = 0x100;
const IS_REMOTE = 0x200;
const SECOND = 1_000_000_000;
const REMEMBERED_KEYS = 1000;
const LONGEST_REMEMBERED = 300;

/**
 * Spans as an OTLP export request and a newline: the text of OpenTelemetry's `JsonTraceSerializer`, written span by span into one
 * buffer instead of by way of a tree and a text of all of them, in half the time. The bytes are valid until the next call.
 */
export function spansToLine(spans: readonly ReadableSpan[]): Uint8Array {
  const line = startLine();
  line.add('{"resourceSpans":[');
  for (const [resource, own] of Map.groupBy(spans, (span) => span.resource)) {
    const schema = optional('schemaUrl', resource.schemaUrl || undefined);
    line.separate();
    line.add(`{"resource":{"attributes":${attributesOf(resource.attributes)},"droppedAttributesCount":0${schema}},`);
    line.add('"scopeSpans":[');
    for (const scoped of Map.groupBy(own, scopeKey).values()) addScope(line, scoped);
    line.add(`]${schema}}`);
  }
  line.add(']}\n');
  return line.bytes();
}

function addScope(line: Line, spans: readonly ReadableSpan[]): void {
  const { name, version, schemaUrl } = spans[0]?.instrumentationScope ?? {};
  line.separate();
  line.add(`{"scope":${JSON.stringify({ name, version })},"spans":[`);
  for (const span of spans) {
    line.separate();
    line.add(spanToJson(span));
  }
  line.add(`]${optional('schemaUrl', schemaUrl)}}`);
}

function scopeKey({ instrumentationScope: { name, version = '', schemaUrl = '' } }: ReadableSpan): string {
  return `${name}@${version}:${schemaUrl}`;
}

function spanToJson(span: ReadableSpan): string {
  const { traceId, spanId, traceState, traceFlags } = span.spanContext();
  const { parentSpanContext: parent, status } = span;
  return (
    `{"traceId":${quote(traceId)},"spanId":${quote(spanId)}${optional('parentSpanId', parent?.spanId || undefined)}` +
    `${stateOf(traceState)},"name":${quote(span.name)},"kind":${span.kind + 1},` +
    `"startTimeUnixNano":"${nanoseconds(span.startTime)}","endTimeUnixNano":"${nanoseconds(span.endTime)}",` +
    `"attributes":${attributesOf(span.attributes)},"droppedAttributesCount":${span.droppedAttributesCount},` +
    `"events":${list(span.events, eventToJson)},"droppedEventsCount":${span.droppedEventsCount},` +
    `"status":{"code":${status.code}${optional('message', status.message)}},` +
    `"links":${list(span.links, linkToJson)},"droppedLinksCount":${span.droppedLinksCount},` +
    `"flags":${flagsOf(traceFlags, parent?.isRemote)}}`
  );
}

function eventToJson({ attributes = {}, name, time, droppedAttributesCount = 0 }: TimedEvent): string {
  return (
    `{"attributes":${attributesOf(attributes)},"name":${quote(name)},"timeUnixNano":"${nanoseconds(time)}",` +
    `"droppedAttributesCount":${droppedAttributesCount}}`
  );
}

function linkToJson({ attributes = {}, context, droppedAttributesCount = 0 }: Link): string {
  const { spanId, traceId, traceState, traceFlags, isRemote } = context;
  return (
    `{"attributes":${attributesOf(attributes)},"spanId":${quote(spanId)},"traceId":${quote(traceId)}${stateOf(traceState)},` +
    `"droppedAttributesCount":${droppedAttributesCount},"flags":${flagsOf(traceFlags, isRemote)}}`
  );
}

function attributesOf(attributes: Attributes): string {
  let json = '';
  for (const key of Object.keys(attributes)) json += `${json && ','}${attributeOf(key, attributes[key])}`;
  return `[${json}]`;
}

/** The last short value of each key and its JSON: most attributes have the same value in span after span. */
const lasts = new Map<string, { value: unknown; json: string }>();

function attributeOf(key: string, value: unknown): string {
  const last = lasts.get(key);
  if (last !== undefined && last.value === value) return last.json;
  const json = JSON.stringify({ key, value: anyValue(value) });
  if (typeof value === 'object' || json.length > LONGEST_REMEMBERED) return json;
  if (last !== undefined) {
    last.value = value;
    last.json = json;
  } else if (lasts.size < REMEMBERED_KEYS) lasts.set(key, { value, json });
  return json;
}

function anyValue(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return { arrayValue: { values: Array.from(value, anyValue) } };
  if (typeof value !== 'object' || value === null) return {};
  return { kvlistValue: { values: Object.entries(value).map(([key, one]) => ({ key, value: anyValue(one) })) } };
}

function stateOf(state: TraceState | undefined): string {
  return state === undefined ? '' : optional('traceState', state.serialize());
}

function optional(key: string, text: string | undefined): string {
  return text === undefined ? '' : `,"${key}":${quote(text)}`;
}

function flagsOf(flags: number, isRemote: boolean | undefined): number {
  return (flags & 0xff) | KNOWN_REMOTE | (isRemote ? IS_REMOTE : 0);
}

function nanoseconds([seconds, rest]: HrTime): string {
  if (seconds > 0 && rest >= 0 && rest < SECOND) return `${Math.trunc(seconds)}${String(SECOND + Math.trunc(rest)).slice(1)}`;
  return String(BigInt(Math.trunc(seconds)) * BigInt(SECOND) + BigInt(Math.trunc(rest)));
}

function list<T>(items: readonly T[], toJson: (item: T) => string): string {
  return items.length === 0 ? '[]' : `[${items.map(toJson).join()}]`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
