import { takeRows } from './host';
import { reserve, setArenaEnd, textsStart } from './memory';
import { copy } from './text';

/** The tables of spans. */
export const PAGES: i32 = 0;
export const STAGES: i32 = 1;
export const OTHERS: i32 = 2;

/** The columns that every table of spans starts with, as the host numbers them. */
export let TRACE: i32 = 0;
export let SPAN: i32 = 0;
export let PARENT: i32 = 0;
export let SERIES: i32 = 0;
export let START_US: i32 = 0;
export let DURATION_NS: i32 = 0;
export let STATUS: i32 = 0;
export let RETRY: i32 = 0;
export let WEIGHT: i32 = 0;
export let REST: i32 = 0;
/** Those of pages that hold more than an attribute. */
export let DISCOVERED_TRACE: i32 = 0;
export let DISCOVERED_SPAN: i32 = 0;
export let URL_KEY: i32 = 0;
export let CONTENT_KEY: i32 = 0;

/** The longest text that a cell holds. */
const INLINE: i32 = 12;
const MOST_COLUMNS: usize = 64;

/** Rows that the database takes at once. */
let chunkRows: i32 = 0;
/** For every table: where its rows are counted and numbered, and for every column its cells and its mask; the column of every slot. */
const rows = memory.data(12, 16);
const numbers = memory.data(12, 16);
const cells = memory.data(768, 16);
const masks = memory.data(768, 16);
const slotColumns = memory.data(192, 16);

/** The table and row that is being written. */
let row: usize = 0;
let rowCells: usize = 0;
let rowMasks: usize = 0;
export let table: i32 = 0;

/** Tells the numbers of the columns that every table of spans has. */
export function setSpanColumns(
  trace: i32,
  span: i32,
  parent: i32,
  series: i32,
  startUs: i32,
  durationNs: i32,
  status: i32,
  retry: i32,
  weight: i32,
  rest: i32,
): void {
  TRACE = trace;
  SPAN = span;
  PARENT = parent;
  SERIES = series;
  START_US = startUs;
  DURATION_NS = durationNs;
  STATUS = status;
  RETRY = retry;
  WEIGHT = weight;
  REST = rest;
}

/** Tells the numbers of columns that pages have. */
export function setPageColumns(discoveredTrace: i32, discoveredSpan: i32, urlKey: i32, contentKey: i32): void {
  DISCOVERED_TRACE = discoveredTrace;
  DISCOVERED_SPAN = discoveredSpan;
  URL_KEY = urlKey;
  CONTENT_KEY = contentKey;
}

/** Tells where a table's rows are counted and numbered, and how many it has room for. */
export function setTable(table: i32, itsRows: usize, itsNumbers: usize, room: i32): void {
  store<usize>(rows + (usize(table) << 2), itsRows);
  store<usize>(numbers + (usize(table) << 2), itsNumbers);
  memory.fill(slotColumns + usize(table) * MOST_COLUMNS, 255, MOST_COLUMNS);
  chunkRows = room;
}

/** Tells where a column's cells and its mask are, and which slot it is for, if any. */
export function setColumnPlace(table: i32, column: i32, itsCells: usize, mask: usize, slot: i32): void {
  const place = (usize(table) * MOST_COLUMNS + usize(column)) << 2;
  store<usize>(cells + place, itsCells);
  store<usize>(masks + place, mask);
  if (slot >= 0) store<i8>(slotColumns + usize(table) * MOST_COLUMNS + usize(slot), i8(column));
}

/** The column that a slot has in the table that is being written, -1 where it has none. */
export function columnOf(slot: i32): i32 {
  return i32(load<i8>(slotColumns + usize(table) * MOST_COLUMNS + usize(slot)));
}

/** Starts a row of a table for the span of this number. */
export function begin(its: i32, number: i32): void {
  table = its;
  const counter = load<usize>(rows + (usize(its) << 2));
  if (load<i32>(counter) === chunkRows) takeRows(its);
  row = load<i32>(counter);
  store<i32>(counter, i32(row) + 1);
  store<i32>(load<usize>(numbers + (usize(its) << 2)) + (row << 2), number);
  rowCells = cells + ((usize(its) * MOST_COLUMNS) << 2);
  rowMasks = masks + ((usize(its) * MOST_COLUMNS) << 2);
}

export function setInt(column: i32, value: i64): void {
  store<i64>(cellOf(column, 3), value);
  mark(column);
}

export function setDouble(column: i32, value: f64): void {
  store<f64>(cellOf(column, 3), value);
  mark(column);
}

export function setBoolean(column: i32, value: bool): void {
  store<u8>(cellOf(column, 0), u8(value));
  mark(column);
}

/** A number of 128 bits; the database turns its highest bit round to sort signed numbers as unsigned ones. */
export function setUuid(column: i32, from: usize): void {
  const at = cellOf(column, 4);
  store<u64>(at, load<u64>(from));
  store<u64>(at + 8, load<u64>(from, 8) ^ 0x8000_0000_0000_0000);
  mark(column);
}

/** A text of the arena; an empty one stays NULL. */
export function setText(column: i32, start: usize, end: usize): void {
  if (end <= start) return;
  writeCell(cellOf(column, 4), start, end);
  mark(column);
}

/** A list: where its elements start among those of the column, and how many they are. */
export function setList(column: i32, first: i64, count: i64): void {
  const at = cellOf(column, 4);
  store<i64>(at, first);
  store<i64>(at + 8, count);
  mark(column);
}

/** Writes the cell of a text: its length, and the text itself or its first four bytes and its place among the block's texts. */
export function writeCell(at: usize, start: usize, end: usize): void {
  const length = i32(end - start);
  store<i32>(at, length);
  if (length > INLINE) {
    store<i32>(at + 4, load<i32>(start));
    store<i32>(at + 8, i32((start < textsStart ? keep(start, length) : start) - textsStart));
    return;
  }
  store<u64>(at + 4, load<u64>(start) & firstBytes(min(length, 8)));
  store<u32>(at + 12, length > 8 ? u32(load<u64>(start + 8) & firstBytes(length - 8)) : 0);
}

/** Copies a text of the block to where rows may point to. */
function keep(start: usize, length: i32): usize {
  const kept = reserve(length);
  copy(kept, start, length);
  setArenaEnd(kept + length);
  return kept;
}

/** Ones in the first `count` bytes, at most eight. */
function firstBytes(count: i32): u64 {
  return count === 0 ? 0 : u64.MAX_VALUE >> u64((8 - count) << 3);
}

function cellOf(column: i32, shift: usize): usize {
  return load<usize>(rowCells + (usize(column) << 2)) + (row << shift);
}

function mark(column: i32): void {
  const at = load<usize>(rowMasks + (usize(column) << 2)) + (row >> 3);
  store<u8>(at, load<u8>(at) | (u8(1) << u8(row & 7)));
}
