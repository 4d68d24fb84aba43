import { BAD, skipMember, skipValue, standsAt } from './json-bytes.ts';
import { scanSpan } from './scan-span.ts';
import type { SpanFields } from './span-fields.ts';

/** Who takes what a line of spans holds. */
export interface SpanSink {
  /** The attributes of the resource whose spans follow: a JSON list, or nothing. */
  onResource(start: number, end: number): void;
  /** A span, in the fields given to `scanSpans`. */
  onSpan(): void;
  /** A span that is not written as exporters write it; returns false where the whole line has to be read in another way. */
  onOddSpan(start: number, end: number): boolean;
}

const text = (value: string): Uint8Array => Buffer.from(value);
const REQUEST = text('{"resourceSpans":[');
const RESOURCE = text('"resource":{');
const ATTRIBUTES = text('"attributes":');
const SCOPE_SPANS = text('"scopeSpans":[');
const SPANS = text('"spans":[');
const [NEWLINE, COMMA, OPEN_OBJECT, CLOSE_OBJECT, CLOSE_LIST] = [0x0a, 0x2c, 0x7b, 0x7d, 0x5d];

/** True where an export request of spans opens at `at`. */
export function opensSpans(bytes: Buffer, at: number): boolean {
  return standsAt(bytes, at, REQUEST);
}

/** Reads the export request of spans that opens at `at`, in compact JSON; the offset of the newline after it, or `BAD`. */
export function scanSpans(bytes: Buffer, at: number, fields: SpanFields, sink: SpanSink): number {
  let next = scanList(at + REQUEST.length, (item) => scanResourceSpans(bytes, item, fields, sink), bytes);
  if (next === BAD) return BAD;
  // Nothing else belongs to a request.
  if (bytes[next] !== CLOSE_OBJECT) return BAD;
  next++;
  return bytes[next] === NEWLINE ? next : BAD;
}

function scanResourceSpans(bytes: Buffer, at: number, fields: SpanFields, sink: SpanSink): number {
  let told = false;
  return scanObject(bytes, at, (member) => {
    if (standsAt(bytes, member, RESOURCE)) {
      told = true;
      return scanResource(bytes, member + RESOURCE.length - 1, sink);
    }
    if (!standsAt(bytes, member, SCOPE_SPANS)) return skipMember(bytes, member);
    // A resource that comes after its spans is left to the slow way.
    if (!told) return BAD;
    return scanList(member + SCOPE_SPANS.length, (item) => scanScopeSpans(bytes, item, fields, sink), bytes);
  });
}

function scanResource(bytes: Buffer, at: number, sink: SpanSink): number {
  let start = 0;
  let end = 0;
  const next = scanObject(bytes, at, (member) => {
    if (!standsAt(bytes, member, ATTRIBUTES)) return skipMember(bytes, member);
    start = member + ATTRIBUTES.length;
    return (end = skipValue(bytes, start));
  });
  if (next !== BAD) sink.onResource(start, end);
  return next;
}

function scanScopeSpans(bytes: Buffer, at: number, fields: SpanFields, sink: SpanSink): number {
  return scanObject(bytes, at, (member) => {
    if (!standsAt(bytes, member, SPANS)) return skipMember(bytes, member);
    return scanList(
      member + SPANS.length,
      (item) => {
        const end = scanSpan(bytes, item, fields);
        if (end !== BAD) {
          sink.onSpan();
          return end;
        }
        const after = skipValue(bytes, item);
        return after !== BAD && sink.onOddSpan(item, after) ? after : BAD;
      },
      bytes,
    );
  });
}

/** Hands the start of every member of an object to `scan`, which returns the offset after it. */
function scanObject(bytes: Buffer, at: number, scan: (member: number) => number): number {
  if (bytes[at] !== OPEN_OBJECT) return BAD;
  if (bytes[at + 1] === CLOSE_OBJECT) return at + 2;
  let next = at;
  do {
    next = scan(next + 1);
    if (next === BAD) return BAD;
  } while (bytes[next] === COMMA);
  return bytes[next] === CLOSE_OBJECT ? next + 1 : BAD;
}

/** Hands the start of every item of a list to `scan`; `at` is behind the opening bracket. */
function scanList(at: number, scan: (item: number) => number, bytes: Buffer): number {
  if (bytes[at] === CLOSE_LIST) return at + 1;
  let next = at - 1;
  do {
    next = scan(next + 1);
    if (next === BAD) return BAD;
  } while (bytes[next] === COMMA);
  return bytes[next] === CLOSE_LIST ? next + 1 : BAD;
}
