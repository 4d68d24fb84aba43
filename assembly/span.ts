import { readAttributes, forgetAttributes } from './attributes';
import { areDigits, decimal, readHex16, readHex32, sixteenDigits } from './digits';
import {
  BAD,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  OPEN_LIST,
  OPEN_OBJECT,
  plainEnd,
  QUOTE,
  skipValue,
  stringEnd,
} from './json';
import { stands, Text } from './text';

/** One span, as it was read last: addresses into the bytes it was read from. A pair of them is equal where the field is missing. */
export let nameStart: usize = 0;
export let nameEnd: usize = 0;
export let nameEscaped: bool = false;
export let hasParent: bool = false;
export let kind: i32 = 0;
/** Microseconds since the Unix epoch. */
export let startUs: i64 = 0;
export let durationNs: i64 = 0;
export let status: i32 = 0;
/** A whole JSON string, with its quotes. */
export let messageStart: usize = 0;
export let messageEnd: usize = 0;
export let stateStart: usize = 0;
export let stateEnd: usize = 0;
/** A whole JSON list. */
export let eventsStart: usize = 0;
export let eventsEnd: usize = 0;
export let linksStart: usize = 0;
export let linksEnd: usize = 0;
/** Where the ids are: sixteen bytes, and eight each. */
export const traceId: usize = memory.data(16, 16);
export const spanId: usize = memory.data(8, 8);
export const parentId: usize = memory.data(8, 8);

const TRACE_ID: i32 = 0;
const SPAN_ID: i32 = 1;
const PARENT: i32 = 2;
const NAME: i32 = 3;
const KIND: i32 = 4;
const START: i32 = 5;
const END: i32 = 6;
const ATTRIBUTES: i32 = 7;
const STATUS: i32 = 8;
const EVENTS: i32 = 9;
const LINKS: i32 = 10;
const STATE: i32 = 11;
const FIELDS: StaticArray<Text> = [
  new Text('"traceId":'),
  new Text('"spanId":'),
  new Text('"parentSpanId":'),
  new Text('"name":'),
  new Text('"kind":'),
  new Text('"startTimeUnixNano":'),
  new Text('"endTimeUnixNano":'),
  new Text('"attributes":'),
  new Text('"status":'),
  new Text('"events":'),
  new Text('"links":'),
  new Text('"traceState":'),
  new Text('"droppedAttributesCount":'),
  new Text('"droppedEventsCount":'),
  new Text('"droppedLinksCount":'),
  new Text('"flags":'),
];
const COUNT: i32 = 16;
const UNKNOWN: i32 = -1;
/** What a span has to have. */
const REQUIRED: i32 = (1 << TRACE_ID) | (1 << SPAN_ID) | (1 << NAME) | (1 << START) | (1 << END);

/** The field that followed each field last, and, behind them, the one that came first; the order of `FIELDS` until it was seen. */
const successors: usize = memory.data<u8>([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0]);
const CODE = new Text('"code":');
const MESSAGE = new Text('"message":"');
/** Digits of a time in nanoseconds from 2001 to 2286. */
const TIME_DIGITS: usize = 19;
const MICROS_DIGITS: usize = 16;

/** The start of the span that is being read, in nanoseconds; -1 until it was read. */
let startNs: i64 = -1;

/**
 * Reads the span that opens at `at`; the address after it. `BAD` means that it is not written as exporters write spans, or lacks
 * something: then the slow way tells whether it is a span at all.
 */
export function readSpan(at: usize): usize {
  if (load<u8>(at) !== OPEN_OBJECT) return BAD;
  clear();
  let seen = 0;
  let before = COUNT;
  do {
    at++;
    const field = fieldAt(at, before);
    let value: usize;
    if (field === UNKNOWN) {
      const end = load<u8>(at) === QUOTE ? plainEnd(at + 1) : BAD;
      if (end === BAD || load<u8>(end + 1) !== COLON) return BAD;
      value = end + 2;
    } else {
      if ((seen & (1 << field)) !== 0) return BAD;
      seen |= 1 << field;
      before = field;
      value = at + unchecked(FIELDS[field]).length;
    }
    at = readField(field, value);
    if (at === BAD) return BAD;
  } while (load<u8>(at) === COMMA);
  if (load<u8>(at) !== CLOSE_OBJECT || (seen & REQUIRED) !== REQUIRED) return BAD;
  return at + 1;
}

/** The field whose name stands at `at`: mostly the one that stood here in the span before. */
function fieldAt(at: usize, before: i32): i32 {
  const guess = i32(load<u8>(successors + before));
  if (stands(at, unchecked(FIELDS[guess]))) return guess;
  for (let field = 0; field < COUNT; field++) {
    if (!stands(at, unchecked(FIELDS[field]))) continue;
    store<u8>(successors + before, u8(field));
    return field;
  }
  return UNKNOWN;
}

function clear(): void {
  forgetAttributes();
  startNs = -1;
  hasParent = false;
  kind = 0;
  status = 0;
  messageStart = messageEnd = 0;
  stateStart = stateEnd = 0;
  eventsStart = eventsEnd = 0;
  linksStart = linksEnd = 0;
}

function readField(field: i32, at: usize): usize {
  switch (field) {
    case TRACE_ID: {
      const end = readHex32(at, traceId);
      return v128.any_true(v128.load(traceId)) ? end : BAD;
    }
    case SPAN_ID:
      return readSpanId(at, spanId);
    case PARENT:
      // The collector writes an empty text where there is no parent.
      if (load<u8>(at) === QUOTE && load<u8>(at + 1) === QUOTE) return at + 2;
      hasParent = true;
      return readSpanId(at, parentId);
    case NAME:
      return readName(at);
    case KIND:
      kind = i32(load<u8>(at)) - 0x30;
      return kind >= 0 && kind <= 9 ? at + 1 : BAD;
    case START:
      startNs = readTime(at);
      startUs = startNs / 1000;
      return startNs < 0 ? BAD : at + TIME_DIGITS + 2;
    case END: {
      const end = startNs < 0 ? -1 : readTime(at);
      durationNs = max(end - startNs, 0);
      return end < 0 ? BAD : at + TIME_DIGITS + 2;
    }
    case ATTRIBUTES:
      return readAttributes(at);
    case STATUS:
      return readStatus(at);
    case EVENTS:
      eventsStart = at;
      eventsEnd = skipList(at);
      if (eventsEnd === at + 2) eventsStart = eventsEnd;
      return eventsEnd;
    case LINKS:
      linksStart = at;
      linksEnd = skipList(at);
      if (linksEnd === at + 2) linksStart = linksEnd;
      return linksEnd;
    case STATE:
      if (load<u8>(at) !== QUOTE) return BAD;
      stateStart = at;
      return (stateEnd = skipValue(at));
    default:
      return skipValue(at);
  }
}

function readSpanId(at: usize, to: usize): usize {
  const end = readHex16(at, to);
  return load<u64>(to) !== 0 ? end : BAD;
}

function readName(at: usize): usize {
  if (load<u8>(at) !== QUOTE) return BAD;
  nameStart = at + 1;
  nameEnd = plainEnd(nameStart);
  nameEscaped = nameEnd === BAD;
  if (nameEscaped) nameEnd = stringEnd(nameStart);
  return nameEnd === BAD ? BAD : nameEnd + 1;
}

/** A time in nanoseconds between quotes; -1 where there is something else. */
function readTime(at: usize): i64 {
  const start = at + 1;
  if (load<u8>(at) !== QUOTE || load<u8>(start + TIME_DIGITS) !== QUOTE || !areDigits(start)) return -1;
  const nanos = decimal(start + MICROS_DIGITS, start + TIME_DIGITS);
  const micros = sixteenDigits(start);
  return nanos < 0 || micros > MAX_SAFE_MICROS ? -1 : i64(micros) * 1000 + nanos;
}

/** The largest number of microseconds that JavaScript counts exactly, and whose nanoseconds fit into 64 bits. */
const MAX_SAFE_MICROS: u64 = 9_007_199_254_740_991;

function readStatus(at: usize): usize {
  if (load<u8>(at) !== OPEN_OBJECT) return BAD;
  if (load<u8>(at + 1) === CLOSE_OBJECT) return at + 2;
  do {
    at++;
    if (stands(at, CODE)) {
      at += CODE.length;
      status = i32(load<u8>(at)) - 0x30;
      if (status < 0 || status > 2) return BAD;
      at++;
    } else if (stands(at, MESSAGE)) {
      messageStart = at + MESSAGE.length - 1;
      const end = stringEnd(at + MESSAGE.length);
      if (end === BAD) return BAD;
      messageEnd = at = end + 1;
    } else return BAD;
  } while (load<u8>(at) === COMMA);
  return load<u8>(at) === CLOSE_OBJECT ? at + 1 : BAD;
}

function skipList(at: usize): usize {
  if (load<u8>(at) !== OPEN_LIST) return BAD;
  return load<u8>(at + 1) === CLOSE_LIST ? at + 2 : skipValue(at);
}
