import { BAD, digits, hexWords, plainEnd, skipValue, standsAt, stringEnd } from './json-bytes.ts';
import { nameTable } from './name-table.ts';
import { startsWithWords, wordsOf } from './words.ts';
import { scanAttributes } from './scan-attributes.ts';
import { clearAttributes, type SpanFields } from './span-fields.ts';

const FIELDS = [
  'traceId',
  'spanId',
  'parentSpanId',
  'name',
  'kind',
  'startTimeUnixNano',
  'endTimeUnixNano',
  'attributes',
  'status',
  'events',
  'links',
  'traceState',
  'droppedAttributesCount',
  'droppedEventsCount',
  'droppedLinksCount',
  'flags',
] as const;
const FIELD_NAMES = nameTable(FIELDS);
const field = (name: (typeof FIELDS)[number]): number => FIELDS.indexOf(name);
const TRACE_ID = field('traceId');
const SPAN_ID = field('spanId');
const PARENT = field('parentSpanId');
const NAME = field('name');
const SPAN_KIND = field('kind');
const START = field('startTimeUnixNano');
const END = field('endTimeUnixNano');
const ATTRIBUTES = field('attributes');
const STATUS = field('status');
const EVENTS = field('events');
const LINKS = field('links');
const STATE = field('traceState');
const WORDS = FIELDS.map((name) => wordsOf(`"${name}":`));
/** What a span has to have. */
const REQUIRED = (1 << TRACE_ID) | (1 << SPAN_ID) | (1 << NAME) | (1 << START) | (1 << END);

/** The start of the span that is being read. */
let startSeconds = Number.NaN;
let startNanos = Number.NaN;
/** The field that followed each field last, and, behind them, the one that came first. */
const successors = new Int8Array(FIELDS.length + 1);
const [QUOTE, COLON, COMMA, OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x22, 0x3a, 0x2c, 0x7b, 0x7d, 0x5b, 0x5d];
const CODE = Buffer.from('"code":');
const MESSAGE = Buffer.from('"message":"');
/** Digits of a time in nanoseconds from 2001 to 2286. */
const TIME_DIGITS = 19;
const MICROS_DIGITS = 16;
const SECONDS_DIGITS = 10;

/**
 * Reads the span that opens at `at` into `fields`; the offset after it. `BAD` means that it is not written as exporters write spans,
 * or lacks something: then the slow way tells whether it is a span at all.
 */
export function scanSpan(bytes: Buffer, at: number, fields: SpanFields): number {
  if (bytes[at] !== OPEN_OBJECT) return BAD;
  clear(fields);
  let seen = 0;
  let next = at;
  let before: number = FIELDS.length;
  do {
    next++;
    // Mostly the field that stood here in the span before.
    let key: number = successors[before]!;
    let value: number;
    if (startsWithWords(fields.view, next, WORDS[key]!)) value = next + WORDS[key]!.length;
    else {
      const keyEnd = bytes[next] === QUOTE ? plainEnd(bytes, next + 1) : BAD;
      if (keyEnd === BAD || bytes[keyEnd + 1] !== COLON) return BAD;
      key = FIELD_NAMES.find(bytes, next + 1, keyEnd);
      value = keyEnd + 2;
      if (key >= 0) successors[before] = key;
    }
    if (key >= 0) {
      if ((seen & (1 << key)) !== 0) return BAD;
      seen |= 1 << key;
      before = key;
    }
    next = scanField(bytes, key, value, fields);
    if (next === BAD) return BAD;
  } while (bytes[next] === COMMA);
  if (bytes[next] !== CLOSE_OBJECT || (seen & REQUIRED) !== REQUIRED) return BAD;
  if ((seen & (1 << ATTRIBUTES)) === 0) clearAttributes(fields);
  return next + 1;
}

function clear(fields: SpanFields): void {
  startSeconds = Number.NaN;
  fields.hasParent = false;
  fields.kind = 0;
  fields.status = 0;
  fields.messageEnd = fields.messageStart = 0;
  fields.stateEnd = fields.stateStart = 0;
  fields.eventsEnd = fields.eventsStart = 0;
  fields.linksEnd = fields.linksStart = 0;
}

function scanField(bytes: Buffer, key: number, at: number, fields: SpanFields): number {
  switch (key) {
    case TRACE_ID:
      return scanId(bytes, at, fields.traceId);
    case SPAN_ID:
      return scanId(bytes, at, fields.spanId);
    case PARENT:
      // The collector writes an empty text where there is no parent.
      if (bytes[at] === QUOTE && bytes[at + 1] === QUOTE) return at + 2;
      fields.hasParent = true;
      return scanId(bytes, at, fields.parentId);
    case NAME: {
      if (bytes[at] !== QUOTE) return BAD;
      fields.nameStart = at + 1;
      fields.nameEnd = plainEnd(bytes, at + 1);
      fields.nameEscaped = fields.nameEnd === BAD;
      if (fields.nameEscaped) fields.nameEnd = stringEnd(bytes, at + 1);
      return fields.nameEnd === BAD ? BAD : fields.nameEnd + 1;
    }
    case SPAN_KIND:
      fields.kind = bytes[at]! - 0x30;
      return fields.kind >= 0 && fields.kind <= 9 ? at + 1 : BAD;
    case START:
      return scanStart(bytes, at, fields);
    case END:
      return Number.isNaN(startSeconds) ? BAD : scanEnd(bytes, at, fields);
    case ATTRIBUTES:
      return scanAttributes(bytes, at, fields);
    case STATUS:
      return scanStatus(bytes, at, fields);
    case EVENTS:
      if (bytes[at] === OPEN_LIST && bytes[at + 1] === CLOSE_LIST) return at + 2;
      fields.eventsStart = at;
      return (fields.eventsEnd = skipList(bytes, at));
    case LINKS:
      if (bytes[at] === OPEN_LIST && bytes[at + 1] === CLOSE_LIST) return at + 2;
      fields.linksStart = at;
      return (fields.linksEnd = skipList(bytes, at));
    case STATE:
      if (bytes[at] !== QUOTE) return BAD;
      fields.stateStart = at;
      return (fields.stateEnd = skipValue(bytes, at));
    default:
      return skipValue(bytes, at);
  }
}

/** An id in hexadecimal digits, not all of them zero. */
function scanId(bytes: Buffer, at: number, words: Int32Array): number {
  if (bytes[at] !== QUOTE || !hexWords(bytes, at + 1, words)) return BAD;
  let some = 0;
  for (let word = 0; word < words.length; word++) some |= words[word]!;
  const end = at + 1 + words.length * 8;
  return some !== 0 && bytes[end] === QUOTE ? end + 1 : BAD;
}

function scanStart(bytes: Buffer, at: number, fields: SpanFields): number {
  const end = at + 1 + TIME_DIGITS;
  if (bytes[at] !== QUOTE || bytes[end] !== QUOTE) return BAD;
  // Sixteen digits below 2^53 are exact.
  fields.startUs = digits(bytes, at + 1, at + 1 + MICROS_DIGITS);
  startSeconds = digits(bytes, at + 1, at + 1 + SECONDS_DIGITS);
  startNanos = digits(bytes, at + 1 + SECONDS_DIGITS, end);
  return Number.isSafeInteger(fields.startUs) && !Number.isNaN(startNanos) ? end + 1 : BAD;
}

/** The end gives the duration; it has to come after the start. */
function scanEnd(bytes: Buffer, at: number, fields: SpanFields): number {
  const end = at + 1 + TIME_DIGITS;
  if (bytes[at] !== QUOTE || bytes[end] !== QUOTE) return BAD;
  const seconds = digits(bytes, at + 1, at + 1 + SECONDS_DIGITS) - startSeconds;
  const nanos = digits(bytes, at + 1 + SECONDS_DIGITS, end) - startNanos;
  const duration = seconds * 1e9 + nanos;
  fields.durationNs = Math.max(duration, 0);
  return Number.isNaN(duration) ? BAD : end + 1;
}

function scanStatus(bytes: Buffer, at: number, fields: SpanFields): number {
  if (bytes[at] !== OPEN_OBJECT) return BAD;
  let next = at;
  if (bytes[next + 1] === CLOSE_OBJECT) return next + 2;
  do {
    next++;
    if (standsAt(bytes, next, CODE)) {
      const code = bytes[next + CODE.length]! - 0x30;
      if (code !== 0 && code !== 1 && code !== 2) return BAD;
      fields.status = code;
      next += CODE.length + 1;
    } else if (standsAt(bytes, next, MESSAGE)) {
      fields.messageStart = next + MESSAGE.length - 1;
      const end = stringEnd(bytes, next + MESSAGE.length);
      if (end === BAD) return BAD;
      fields.messageEnd = end + 1;
      next = end + 1;
    } else return BAD;
  } while (bytes[next] === COMMA);
  return bytes[next] === CLOSE_OBJECT ? next + 1 : BAD;
}

function skipList(bytes: Buffer, at: number): number {
  return bytes[at] === OPEN_LIST ? skipValue(bytes, at) : BAD;
}
