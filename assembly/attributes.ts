import { decimal } from './digits';
import { parseDouble } from './host';
import { BAD, CLOSE_LIST, CLOSE_OBJECT, COMMA, OPEN_LIST, plainEnd, QUOTE, skipValue, stringEnd } from './json';
import { addAttribute, attributeCount, dropAttributes, Attribute } from './memory';
import { findSlot, nameOf, NO_SLOT, openingOf, slotCount, TYPE_BOOLEAN, TYPE_DOUBLE, TYPE_INT, TYPE_TEXT, typeOf } from './slots';
import { stands, Text } from './text';

/** What an attribute's value is, as it stands in the bytes. */
export const TEXT: u8 = 1;
/** A string that holds escapes. */
export const ESCAPED: u8 = 2;
export const INT: u8 = 3;
export const DOUBLE: u8 = 4;
export const BOOLEAN: u8 = 5;
/** Any other value: lists, maps, bytes, numbers that JSON cannot hold. */
export const OTHER: u8 = 6;

const KEY = new Text('{"key":"');
const PROTO = new Text('__proto__"');
const VALUE = new Text('","value":{"');
const STRING_VALUE = new Text('stringValue":"');
const INT_VALUE = new Text('intValue":');
const DOUBLE_VALUE = new Text('doubleValue":');
const TRUE = new Text('boolValue":true}');
const FALSE = new Text('boolValue":false}');
const MINUS: u8 = 0x2d;
const POINT: u8 = 0x2e;
const ZERO: u8 = 0x30;
/** Digits of an integer that a double always holds exactly. */
const EXACT_DIGITS: i32 = 15;

/** The attribute that fills each slot: one more than its index, 0 where none does. */
const BY_SLOT_BYTES: i32 = 256;
const bySlot = memory.data(256, 16);

/** The attribute that fills a slot; -1 where none does. */
export function attributeOf(slot: i32): i32 {
  return load<i32>(bySlot + (usize(slot) << 2)) - 1;
}

/** Forgets the attributes of the span before. */
export function forgetAttributes(): void {
  dropAttributes();
  for (let at = 0; at < BY_SLOT_BYTES; at += 16) v128.store(bySlot + at, i64x2.splat(0));
}

/** Reads a list of OTLP attributes that opens at `at`; the address after it, or `BAD`. */
export function readAttributes(at: usize): usize {
  if (load<u8>(at) !== OPEN_LIST) return BAD;
  at++;
  if (load<u8>(at) === CLOSE_LIST) return at + 1;
  while (true) {
    const attribute = addAttribute();
    at = readAttribute(at, attribute);
    if (at === BAD || load<u8>(at) !== CLOSE_OBJECT) return BAD;
    const byte = load<u8>(++at);
    at++;
    if (byte === CLOSE_LIST) return at;
    if (byte !== COMMA) return BAD;
  }
}

/** Reads one attribute, up to the bracket that closes it. Mostly it has the slot of the one that stood here in the span before. */
function readAttribute(at: usize, attribute: Attribute): usize {
  const guess = attribute.slot;
  if (guess >= 0 && isFree(guess) && stands(at, openingOf(guess))) {
    fill(guess);
    attribute.keyStart = at + KEY.length - 1;
    attribute.keyEnd = attribute.keyStart + nameOf(guess).length + 2;
    return readTyped(attribute.keyEnd + VALUE.length - 1, at + openingOf(guess).length, typeOf(guess), attribute);
  }
  if (!stands(at, KEY)) return BAD;
  const start = at + KEY.length;
  const end = stringEnd(start);
  // An object cannot have a member of that name: the slow way leaves it out.
  if (end === BAD || stands(start, PROTO) || !stands(end, VALUE)) return BAD;
  const slot = findSlot(start, i32(end - start));
  if (slot !== NO_SLOT) {
    if (!isFree(slot)) return BAD;
    fill(slot);
  }
  attribute.slot = slot;
  attribute.keyStart = start - 1;
  attribute.keyEnd = end + 1;
  return readValue(end + VALUE.length, attribute);
}

/** Memory that was never used, or that held something else, can look like a slot. */
function isFree(slot: i32): bool {
  return slot < slotCount && load<i32>(bySlot + (usize(slot) << 2)) === 0;
}

function fill(slot: i32): void {
  store<i32>(bySlot + (usize(slot) << 2), attributeCount);
}

/** Reads a value whose type, which starts at `type`, is that of its slot. */
function readTyped(type: usize, at: usize, slotType: i32, attribute: Attribute): usize {
  if (slotType === TYPE_TEXT) return readText(at, attribute);
  if (slotType === TYPE_INT) return readInt(at, type - 2, attribute);
  if (slotType === TYPE_DOUBLE) return readDouble(at, type - 2, attribute);
  return slotType === TYPE_BOOLEAN ? readBoolean(type, attribute) : readOther(type - 2, attribute);
}

/** Reads a value whose type starts at `at`; the address after the object around it. */
function readValue(at: usize, attribute: Attribute): usize {
  if (stands(at, STRING_VALUE)) return readText(at + STRING_VALUE.length, attribute);
  if (stands(at, INT_VALUE)) return readInt(at + INT_VALUE.length, at - 2, attribute);
  if (stands(at, DOUBLE_VALUE)) return readDouble(at + DOUBLE_VALUE.length, at - 2, attribute);
  return readBoolean(at, attribute);
}

function readText(start: usize, attribute: Attribute): usize {
  let end = plainEnd(start);
  attribute.kind = end === BAD ? ESCAPED : TEXT;
  if (end === BAD) end = stringEnd(start);
  if (end === BAD || load<u8>(end + 1) !== CLOSE_OBJECT) return BAD;
  attribute.start = start;
  attribute.end = end;
  return end + 2;
}

/** An integer is a JSON number, or a string of digits as the collector writes it. */
function readInt(at: usize, whole: usize, attribute: Attribute): usize {
  const quoted = usize(load<u8>(at) === QUOTE);
  const start = at + quoted;
  const first = start + usize(load<u8>(start) === MINUS);
  let end = first;
  while (load<u8>(end) - ZERO <= 9) end++;
  const count = i32(end - first);
  if (count < 1 || count > EXACT_DIGITS || (count > 1 && load<u8>(first) === ZERO)) return readOther(whole, attribute);
  if (quoted === 1 && load<u8>(end) !== QUOTE) return readOther(whole, attribute);
  if (load<u8>(end + quoted) !== CLOSE_OBJECT) return readOther(whole, attribute);
  const value = f64(decimal(first, end));
  setNumber(attribute, INT, start, end, first > start ? -value : value);
  return end + quoted + 1;
}

function readDouble(at: usize, whole: usize, attribute: Attribute): usize {
  const end = load<u8>(at) === QUOTE ? BAD : skipValue(at);
  if (end === BAD || load<u8>(end) !== CLOSE_OBJECT) return readOther(whole, attribute);
  const value = doubleOf(at, end);
  if (!isFinite(value)) return readOther(whole, attribute);
  setNumber(attribute, DOUBLE, at, end, value);
  return end + 1;
}

/** A decimal fraction of up to 15 digits is the quotient of two exact numbers, which rounds as the parser does. */
function doubleOf(start: usize, end: usize): f64 {
  if (i32(end - start) > EXACT_DIGITS) return parseDouble(start, end);
  let value: f64 = 0;
  let scale: f64 = 1;
  let point = false;
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at);
    if (byte === POINT && !point) point = true;
    else if (byte - ZERO > 9) return parseDouble(start, end);
    else {
      value = value * 10 + f64(byte - ZERO);
      if (point) scale *= 10;
    }
  }
  return value / scale;
}

function readBoolean(at: usize, attribute: Attribute): usize {
  const isTrue = stands(at, TRUE);
  if (!isTrue && !stands(at, FALSE)) return readOther(at - 2, attribute);
  const end = at + (isTrue ? TRUE.length : FALSE.length) - 1;
  setNumber(attribute, BOOLEAN, end - (isTrue ? 4 : 5), end, isTrue ? 1 : 0);
  return end + 1;
}

function readOther(whole: usize, attribute: Attribute): usize {
  const end = skipValue(whole);
  if (end === BAD) return BAD;
  attribute.kind = OTHER;
  attribute.start = whole;
  attribute.end = end;
  return end;
}

function setNumber(attribute: Attribute, kind: u8, start: usize, end: usize, value: f64): void {
  attribute.kind = kind;
  attribute.start = start;
  attribute.end = end;
  attribute.number = value;
}
