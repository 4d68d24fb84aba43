import {
  ATTR_MODEL_VERSION,
  ATTR_PAGE_CONTENT_HASH,
  ATTR_RETRY_COUNT,
  ATTR_RUN_ID,
  ATTR_SAMPLING_WEIGHT,
  ATTR_STAGE,
  ATTR_URL_DOMAIN,
  ATTR_URL_FULL,
} from '../src/names';
import { isEqual, Text } from './text';

/** What the column of a slot takes. */
export const TYPE_TEXT: i32 = 0;
export const TYPE_INT: i32 = 1;
export const TYPE_DOUBLE: i32 = 2;
export const TYPE_BOOLEAN: i32 = 3;
export const TYPE_TEXTS: i32 = 4;
export const TYPE_DOUBLES: i32 = 5;
const OPENINGS: StaticArray<string> = ['stringValue":"', 'intValue":', 'doubleValue":', 'boolValue":', '', ''];
export const NO_SLOT: i32 = -1;

const MOST: i32 = 64;
const names = new StaticArray<Text>(MOST);
const openings = new StaticArray<Text>(MOST);
const types = new StaticArray<i32>(MOST);
export let slotCount: i32 = 0;

/** Slots by a hash of their name: the first of each place, and the next one of the same place; one more than the slot's number. */
const PLACES: i32 = 1024;
const first = memory.data(1024);
const next = memory.data(64);

/** Adds a slot for the attribute of this name; slots are numbered in the order in which they are added. */
export function addSlot(at: usize, length: i32, type: i32): void {
  const name = String.UTF8.decodeUnsafe(at, length);
  names[slotCount] = new Text(name);
  openings[slotCount] = new Text(`{"key":"${name}","value":{"${OPENINGS[type]}`);
  types[slotCount] = type;
  const place = placeOf(names[slotCount].at, length);
  store<u8>(next + slotCount, load<u8>(first + place));
  store<u8>(first + place, u8(slotCount + 1));
  slotCount++;
}

/** Slots that mean more than their column. */
export let STAGE_SLOT: i32 = 0;
export let URL_SLOT: i32 = 0;
export let DOMAIN_SLOT: i32 = 0;
export let RETRY_SLOT: i32 = 0;
export let MODEL_SLOT: i32 = 0;
export let RUN_SLOT: i32 = 0;
export let CONTENT_SLOT: i32 = 0;
export let WEIGHT_SLOT: i32 = 0;

/** Finds those; all slots were added before. */
export function start(): void {
  STAGE_SLOT = slotNamed(ATTR_STAGE);
  URL_SLOT = slotNamed(ATTR_URL_FULL);
  DOMAIN_SLOT = slotNamed(ATTR_URL_DOMAIN);
  RETRY_SLOT = slotNamed(ATTR_RETRY_COUNT);
  MODEL_SLOT = slotNamed(ATTR_MODEL_VERSION);
  RUN_SLOT = slotNamed(ATTR_RUN_ID);
  CONTENT_SLOT = slotNamed(ATTR_PAGE_CONTENT_HASH);
  WEIGHT_SLOT = slotNamed(ATTR_SAMPLING_WEIGHT);
}

/** The slot of the attribute whose name is `length` bytes at `at`. */
export function findSlot(at: usize, length: i32): i32 {
  if (length < 2) return NO_SLOT;
  let slot = i32(load<u8>(first + placeOf(at, length))) - 1;
  while (slot >= 0) {
    const name = unchecked(names[slot]);
    if (name.length === length && isEqual(at, name.at, length)) return slot;
    slot = i32(load<u8>(next + slot)) - 1;
  }
  return NO_SLOT;
}

function slotNamed(name: string): i32 {
  const text = new Text(name);
  return findSlot(text.at, text.length);
}

export function nameOf(slot: i32): Text {
  return unchecked(names[slot]);
}

/** How an attribute of the slot starts, up to its value. */
export function openingOf(slot: i32): Text {
  return unchecked(openings[slot]);
}

export function typeOf(slot: i32): i32 {
  return unchecked(types[slot]);
}

/** Length, the last two characters and the one in the middle tell nearly all names apart. */
function placeOf(at: usize, length: i32): i32 {
  const end = at + length;
  const mixed = length * 31 + i32(load<u8>(end - 1)) * 7 + i32(load<u8>(end - 2)) * 3 + i32(load<u8>(at + (length >> 1)));
  return mixed & (PLACES - 1);
}
