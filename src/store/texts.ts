import type { PackedColumn } from './columns.ts';

/**
 * The texts of a packed table. A cell is DuckDB's `duckdb_string_t`: four words of 32 bits that hold the length in bytes and, up to 12
 * bytes, the text itself; else its first four bytes and where it starts, here an offset to which `insert` adds an address.
 * https://duckdb.org/docs/stable/clients/c/vector
 */
export interface Texts {
  readonly parts: string[];
  /** UTF-16 units of the parts, one more for each. */
  length: number;
  readonly cells: Uint32Array<ArrayBuffer>[];
}

const WORDS = 4;
/** The longest text that a cell holds; bytes. */
export const INLINE = 12;
/** Text that the engine never keeps in a cell, so that it always has an address. */
const PADDING = ' '.repeat(INLINE + 1);

export function startTexts(): Texts {
  return { parts: [], length: 0, cells: [] };
}

/** One column of texts; empty ones are NULL, where `keepEmpty` does not say otherwise. */
export function packTexts(values: readonly unknown[], texts: Texts, keepEmpty = false): PackedColumn {
  const cells = new Uint32Array(values.length * WORDS);
  const valid = startValidity(values.length);
  let last: unknown;
  let start = 0;
  let length = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    // Neighbours share most of their values: one copy is enough.
    if (row === 0 || value !== last) {
      const text = cellText(value);
      last = value;
      start = texts.length;
      ({ length } = text);
      if (length > 0) {
        texts.parts.push(text);
        texts.length += length + 1;
      }
    }
    if (length === 0 && (!keepEmpty || typeof value !== 'string')) valid.setNull(row);
    cells[row * WORDS] = length;
    cells[row * WORDS + 2] = start;
  }
  texts.cells.push(cells);
  return { data: cells.buffer, valid: valid.bits() };
}

/** JSON text as the database reads it: lone surrogates, which JSON may escape but UTF-8 cannot hold, become U+FFFD. */
export function jsonText(value: unknown): string {
  const json = JSON.stringify(value) ?? '';
  return json.includes(String.raw`\ud`) ? json.replaceAll(/(?<!\\)((?:\\\\)*)\\ud[89a-f][\da-f]{2}/g, '$1\uFFFD') : json;
}

/** Completes the cells of all columns; returns the bytes that they point into. */
export function encodeTexts({ parts, length, cells }: Texts): Uint8Array<ArrayBuffer> {
  // Something between the parts, or two lone surrogates could become a pair.
  const text = parts.length > 0 ? `${parts.join('\n')}\n${PADDING}` : PADDING;
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > length + PADDING.length) for (const column of cells) moveToBytes(column, byteOffsets(text));
  for (const column of cells) completeCells(column, bytes);
  return bytes;
}

/** Which rows of a column are NULL. */
export function startValidity(rows: number): { setNull: (row: number) => void; bits: () => ArrayBuffer | undefined } {
  let bits: Uint8Array<ArrayBuffer> | undefined;
  return {
    setNull: (row) => {
      bits ??= new Uint8Array(Math.ceil(rows / 64) * 8).fill(255);
      bits[row >> 3]! &= ~(1 << (row & 7));
    },
    bits: () => bits?.buffer,
  };
}

/** The text of a value of any type. */
function cellText(value: unknown): string {
  if (typeof value === 'string') return value.includes('\u0000') ? value.replaceAll('\u0000', '\uFFFD') : value;
  if (value === null || value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return '';
  return typeof value === 'object' ? jsonText(value) : String(value);
}

function completeCells(cells: Uint32Array<ArrayBuffer>, bytes: Uint8Array): void {
  const inline = new Uint8Array(cells.buffer);
  for (let at = 0; at < cells.length; at += WORDS) {
    const length = cells[at]!;
    const start = cells[at + 2]!;
    if (length <= INLINE) cells[at + 2] = 0;
    const held = length > INLINE ? 4 : length;
    for (let index = 0; index < held; index++) inline[at * 4 + 4 + index] = bytes[start + index]!;
  }
}

/** Turns lengths and starts that count UTF-16 units to bytes. */
function moveToBytes(cells: Uint32Array, offsets: Uint32Array): void {
  for (let at = 0; at < cells.length; at += WORDS) {
    const start = cells[at + 2]!;
    cells[at + 2] = offsets[start]!;
    cells[at] = offsets[start + cells[at]!]! - offsets[start]!;
  }
}

/** The byte in UTF-8 at which every UTF-16 unit of `text` starts. */
function byteOffsets(text: string): Uint32Array {
  const offsets = new Uint32Array(text.length + 1);
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    offsets[at] = bytes;
    const point = text.codePointAt(at)!;
    if (point > 0xffff) offsets[++at] = bytes;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  offsets[text.length] = bytes;
  return offsets;
}
