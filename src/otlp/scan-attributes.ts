import { BAD, digits, plainEnd, skipValue, standsAt, stringEnd } from './json-bytes.ts';
import { nameTable } from './name-table.ts';
import { clearAttributes, growFields, KIND, SLOTS, type SlotType, type SpanFields } from './span-fields.ts';
import { startsWithWords, wordsOf } from './words.ts';

const text = (value: string): Buffer => Buffer.from(value);
const NAMES = nameTable(SLOTS.map(([name]) => name));
const TYPES = {
  text: 'stringValue":"',
  int: 'intValue":',
  double: 'doubleValue":',
  boolean: 'boolValue":',
  texts: '',
  doubles: '',
} as const;
/** How an attribute of each slot starts, up to its value; compared first, for the spans of a crawl have the same attributes in the same order. */
const OPENINGS = SLOTS.map(([name, type]) => wordsOf(`{"key":"${name}","value":{"${TYPES[type]}`));

const KEY = text('{"key":"');
const PROTO = text('__proto__"');
const VALUE = text(',"value":{"');
const STRING = text(TYPES.text);
const INT = text(TYPES.int);
const DOUBLE = text(TYPES.double);
const LIST = text('{"arrayValue":{"values":[');
const ELEMENT = text('{"stringValue":"');
const TRUE = text('boolValue":true}');
const FALSE = text('boolValue":false}');
const [QUOTE, COMMA, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST, MINUS] = [0x22, 0x2c, 0x7d, 0x5b, 0x5d, 0x2d];
/** Digits of an integer that a double always holds exactly. */
const EXACT_DIGITS = 15;

/** Reads a list of OTLP attributes that opens at `at` into `fields`; the offset after it, or `BAD`. */
export function scanAttributes(bytes: Buffer, at: number, fields: SpanFields): number {
  clearAttributes(fields);
  if (bytes[at] !== OPEN_LIST) return BAD;
  let next = at + 1;
  if (bytes[next] === CLOSE_LIST) return next + 1;
  for (;;) {
    next = scanAttribute(bytes, next, fields);
    if (next === BAD) return BAD;
    if (bytes[next] === CLOSE_LIST) return next + 1;
    if (bytes[next] !== COMMA) return BAD;
    next++;
  }
}

function scanAttribute(bytes: Buffer, at: number, fields: SpanFields): number {
  const index = fields.attributes;
  if (index === fields.slots.length) growFields(fields);
  const guess = fields.slots[index]!;
  if (guess >= 0 && fields.bySlot[guess] === -1 && startsWithWords(fields.view, at, OPENINGS[guess]!)) {
    const value = at + OPENINGS[guess]!.length;
    fields.bySlot[guess] = index;
    fields.keyStarts[index] = at + KEY.length - 1;
    fields.keyEnds[index] = at + KEY.length + SLOTS[guess]![0].length + 1;
    fields.attributes = index + 1;
    const type = SLOTS[guess]![1];
    const end = scanTyped(bytes, value, index, fields, type);
    return end !== BAD && bytes[end] === CLOSE_OBJECT ? end + 1 : BAD;
  }
  return scanNamed(bytes, at, index, fields);
}

function scanNamed(bytes: Buffer, at: number, index: number, fields: SpanFields): number {
  if (!standsAt(bytes, at, KEY)) return BAD;
  const keyStart = at + KEY.length;
  const keyEnd = stringEnd(bytes, keyStart);
  // An object cannot have a member of that name: the slow way leaves it out.
  if (keyEnd === BAD || standsAt(bytes, keyStart, PROTO) || !standsAt(bytes, keyEnd + 1, VALUE)) return BAD;
  const slot = NAMES.find(bytes, keyStart, keyEnd);
  if (slot >= 0) {
    if (fields.bySlot[slot] !== -1) return BAD;
    fields.bySlot[slot] = index;
  }
  fields.slots[index] = slot;
  fields.keyStarts[index] = keyStart - 1;
  fields.keyEnds[index] = keyEnd + 1;
  fields.attributes = index + 1;
  const end = scanValue(bytes, keyEnd + 1 + VALUE.length, index, fields);
  return end !== BAD && bytes[end] === CLOSE_OBJECT ? end + 1 : BAD;
}

/** Reads the value of a slot, behind the name of its type. */
function scanTyped(bytes: Buffer, at: number, index: number, fields: SpanFields, type: SlotType): number {
  if (type === 'text') return scanText(bytes, at, index, fields);
  const whole = at - 2 - TYPES[type].length;
  if (type === 'int') return scanInt(bytes, at, whole, index, fields);
  if (type === 'double') return scanDouble(bytes, at, whole, index, fields);
  return type === 'boolean' ? scanValue(bytes, whole + 2, index, fields) : setOther(bytes, whole, index, fields);
}

/** Reads a value whose type starts at `at`; the offset after the object around it. */
function scanValue(bytes: Buffer, at: number, index: number, fields: SpanFields): number {
  switch (bytes[at]) {
    case 0x73:
      return standsAt(bytes, at, STRING) ? scanText(bytes, at + STRING.length, index, fields) : BAD;
    case 0x69:
      return standsAt(bytes, at, INT) ? scanInt(bytes, at + INT.length, at - 2, index, fields) : BAD;
    case 0x64:
      return standsAt(bytes, at, DOUBLE) ? scanDouble(bytes, at + DOUBLE.length, at - 2, index, fields) : BAD;
    case 0x62:
      if (standsAt(bytes, at, TRUE)) return setValue(fields, index, KIND.boolean, at + TRUE.length - 5, at + TRUE.length - 1, 1);
      if (standsAt(bytes, at, FALSE))
        return setValue(fields, index, KIND.boolean, at + FALSE.length - 6, at + FALSE.length - 1, 0);
      return setOther(bytes, at - 2, index, fields);
    default:
      return setOther(bytes, at - 2, index, fields);
  }
}

function scanText(bytes: Buffer, start: number, index: number, fields: SpanFields): number {
  let kind: number = KIND.text;
  let end = plainEnd(bytes, start);
  if (end === BAD) {
    kind = KIND.escaped;
    end = stringEnd(bytes, start);
    if (end === BAD) return BAD;
  }
  fields.kinds[index] = kind;
  fields.starts[index] = start;
  fields.ends[index] = end;
  return bytes[end + 1] === CLOSE_OBJECT ? end + 2 : BAD;
}

/** An integer is a JSON number, or a string of digits as the collector writes it. */
function scanInt(bytes: Buffer, at: number, whole: number, index: number, fields: SpanFields): number {
  const quoted = bytes[at] === QUOTE ? 1 : 0;
  const start = at + quoted;
  const sign = bytes[start] === MINUS ? 1 : 0;
  let end = start + sign;
  while (bytes[end]! >= 0x30 && bytes[end]! <= 0x39) end++;
  const count = end - start - sign;
  if (count < 1 || count > EXACT_DIGITS || (count > 1 && bytes[start + sign] === 0x30))
    return setOther(bytes, whole, index, fields);
  if (quoted === 1 && bytes[end] !== QUOTE) return setOther(bytes, whole, index, fields);
  if (bytes[end + quoted] !== CLOSE_OBJECT) return setOther(bytes, whole, index, fields);
  const value = digits(bytes, start + sign, end);
  setValue(fields, index, KIND.int, start, end, sign === 1 ? -value : value);
  return end + quoted + 1;
}

function scanDouble(bytes: Buffer, at: number, whole: number, index: number, fields: SpanFields): number {
  const end = bytes[at] === QUOTE ? BAD : skipValue(bytes, at);
  if (end === BAD || bytes[end] !== CLOSE_OBJECT) return setOther(bytes, whole, index, fields);
  const value = parseDouble(bytes, at, end);
  if (!Number.isFinite(value)) return setOther(bytes, whole, index, fields);
  return setValue(fields, index, KIND.double, at, end, value);
}

/** A decimal fraction of up to 15 digits is the quotient of two exact numbers, which rounds as the parser does. */
function parseDouble(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  let scale = 1;
  let point = false;
  if (end - start <= EXACT_DIGITS && bytes[start] !== MINUS) {
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === 0x2e && !point) point = true;
      else if (byte < 0x30 || byte > 0x39) return Number(bytes.toString('latin1', start, end));
      else {
        value = value * 10 + byte - 0x30;
        if (point) scale *= 10;
      }
    }
    return value / scale;
  }
  return Number(bytes.toString('latin1', start, end));
}

/**
 * Reads an `AnyValue` that is a list of texts without escapes into the offsets of those texts: from, to, from, to, ...; false where it
 * is something else.
 */
export function scanTexts(bytes: Buffer, at: number, offsets: number[]): boolean {
  offsets.length = 0;
  if (!standsAt(bytes, at, LIST)) return false;
  let next = at + LIST.length;
  if (bytes[next] === CLOSE_LIST) return true;
  for (;;) {
    if (!standsAt(bytes, next, ELEMENT)) return false;
    const start = next + ELEMENT.length;
    const end = plainEnd(bytes, start);
    if (end === BAD || bytes[end + 1] !== CLOSE_OBJECT) return false;
    offsets.push(start, end);
    if (bytes[end + 2] === CLOSE_LIST) return true;
    if (bytes[end + 2] !== COMMA) return false;
    next = end + 3;
  }
}

function setValue(fields: SpanFields, index: number, kind: number, start: number, end: number, value: number): number {
  fields.kinds[index] = kind;
  fields.starts[index] = start;
  fields.ends[index] = end;
  fields.numbers[index] = value;
  return end + 1;
}

function setOther(bytes: Buffer, at: number, index: number, fields: SpanFields): number {
  const end = skipValue(bytes, at);
  if (end === BAD) return BAD;
  fields.kinds[index] = KIND.other;
  fields.starts[index] = at;
  fields.ends[index] = end;
  return end;
}
