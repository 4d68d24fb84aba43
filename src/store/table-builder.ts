import type { Arena } from './arena.ts';
import { putText } from './arena.ts';
import { cellText, toNumber } from './cell-values.ts';
import { CELL_BYTES, CHUNK_ROWS, INLINE, layOut, type Layout, type PackedList, type PackedTable } from './packed-table.ts';
import type { CellType } from './schema.ts';

const TWO_32 = 2 ** 32;
const TWO_63 = 2 ** 63;

/** Builds the rows of one table, and is used again for every block. A column that is not set is NULL. */
export class TableBuilder {
  readonly types: readonly CellType[];
  readonly #layout: Layout;
  readonly #cells: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #numbers = new Int32Array(CHUNK_ROWS);
  #arena: Arena;
  #packed: PackedTable[] = [];
  #lists: (number[] | undefined)[];
  #row = -1;

  constructor(types: readonly CellType[], arena: Arena) {
    this.types = types;
    this.#arena = arena;
    this.#layout = layOut(types, CHUNK_ROWS);
    this.#cells = Int32Array.from(this.#layout.cells);
    const buffer = new ArrayBuffer(this.#layout.bytes);
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#lists = types.map(() => undefined);
  }

  /** Forgets all rows; texts are those of `arena` from now on. */
  restart(arena: Arena): void {
    this.#clear();
    this.#arena = arena;
    this.#packed = [];
  }

  /** Starts a row of the span, log record or data point with this number. */
  begin(number: number): void {
    if (this.#row === CHUNK_ROWS - 1) this.#pack();
    this.#row++;
    this.#numbers[this.#row] = number;
  }

  int(column: number, value: number): void {
    const at = this.#word(column, 8);
    this.#words[at] = value;
    this.#words[at + 1] = value >= 0 && value < TWO_32 ? 0 : Math.floor(value / TWO_32);
    this.#mark(column);
  }

  double(column: number, value: number): void {
    this.#doubles[(this.#cells[column]! >> 3) + this.#row] = value;
    this.#mark(column);
  }

  boolean(column: number, value: boolean): void {
    this.#bytes[this.#cells[column]! + this.#row] = value ? 1 : 0;
    this.#mark(column);
  }

  /** A number of 64 bits, as two words of its hexadecimal digits. */
  id(column: number, high: number, low: number): void {
    const at = this.#word(column, 8);
    this.#words[at] = low;
    this.#words[at + 1] = high;
    this.#mark(column);
  }

  /** A number of 128 bits, as four words; the database turns its highest bit round to sort signed numbers as unsigned ones. */
  uuid(column: number, words: Int32Array): void {
    const at = this.#word(column, 16);
    this.#words[at] = words[3]!;
    this.#words[at + 1] = words[2]!;
    this.#words[at + 2] = words[1]!;
    this.#words[at + 3] = words[0]! ^ 0x80000000;
    this.#mark(column);
  }

  /** A text of the arena; an empty one stays NULL. */
  text(column: number, start: number, end: number): void {
    if (end <= start) return;
    this.#cell(this.#word(column, 16), this.#words, this.#bytes, start, end);
    this.#mark(column);
  }

  /** A list of texts of the arena: from, to, from, to, ... */
  texts(column: number, offsets: readonly number[]): void {
    const elements = (this.#lists[column] ??= []);
    this.#entry(column, elements.length / 2, offsets.length / 2);
    for (const offset of offsets) elements.push(offset);
  }

  /** Sets what fits into the column's type; anything else stays NULL. */
  set(column: number, value: unknown): void {
    switch (this.types[column]) {
      case 'int':
      case 'double':
        return this.#setNumber(column, toNumber(value));
      case 'boolean':
        if (value === true || value === 'true') this.boolean(column, true);
        else if (value === false || value === 'false') this.boolean(column, false);
        return;
      case 'string[]':
      case 'double[]':
        return Array.isArray(value) ? this.#setList(column, value) : undefined;
      default:
        this.#setText(column, cellText(value));
    }
  }

  /** All rows, packed. */
  pack(): readonly PackedTable[] {
    if (this.#row >= 0) this.#pack();
    return this.#packed;
  }

  #pack(): void {
    const rows = this.#row + 1;
    const { cells, masks, maskBytes, bytes } = layOut(this.types, rows);
    const packed = new Uint8Array(bytes);
    for (let column = 0; column < cells.length; column++) {
      const from = this.#cells[column]!;
      packed.set(this.#bytes.subarray(from, from + rows * CELL_BYTES[this.types[column]!]), cells[column]);
      const mask = this.#layout.masks + column * this.#layout.maskBytes;
      packed.set(this.#bytes.subarray(mask, mask + maskBytes), masks + column * maskBytes);
    }
    const lists = this.#lists.map((elements, column) => elements && this.#packList(elements, this.types[column] === 'string[]'));
    this.#packed.push({ rows, numbers: this.#numbers.slice(0, rows).buffer, cells: packed.buffer, lists });
    this.#clear();
  }

  #clear(): void {
    const rows = this.#row + 1;
    if (rows === 0) return;
    for (let column = 0; column < this.types.length; column++) {
      const from = this.#cells[column]!;
      this.#bytes.fill(0, from, from + rows * CELL_BYTES[this.types[column]!]);
    }
    this.#bytes.fill(0, this.#layout.masks);
    this.#lists = this.types.map(() => undefined);
    this.#row = -1;
  }

  #packList(elements: readonly number[], texts: boolean): PackedList {
    if (!texts) return { cells: new Float64Array(elements).buffer, count: elements.length };
    const words = new Int32Array(elements.length * 2);
    const bytes = new Uint8Array(words.buffer);
    for (let at = 0; at < elements.length; at += 2) this.#cell(at * 2, words, bytes, elements[at]!, elements[at + 1]!);
    return { cells: words.buffer, count: elements.length / 2 };
  }

  #setNumber(column: number, value: number | null): void {
    if (value === null) return;
    if (this.types[column] === 'double') this.double(column, value);
    else if (Math.abs(value) < TWO_63) this.int(column, Math.round(value));
  }

  #setText(column: number, value: string): void {
    if (value !== '') this.text(column, putText(this.#arena, value), this.#arena.length);
  }

  /** A list of numbers with something else in it stays NULL. */
  #setList(column: number, values: readonly unknown[]): void {
    const texts = this.types[column] === 'string[]';
    if (!texts && values.some((value) => toNumber(value) === null)) return;
    const elements = (this.#lists[column] ??= []);
    const first = texts ? elements.length / 2 : elements.length;
    for (const value of values) {
      if (texts) elements.push(putText(this.#arena, cellText(value)), this.#arena.length);
      else elements.push(toNumber(value)!);
    }
    this.#entry(column, first, values.length);
  }

  #entry(column: number, first: number, count: number): void {
    const at = this.#word(column, 16);
    this.#words[at] = first;
    this.#words[at + 2] = count;
    this.#mark(column);
  }

  #cell(at: number, words: Int32Array, to: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const { bytes } = this.#arena;
    words[at] = length;
    const held = length > INLINE ? 4 : length;
    const byte = at * 4 + 4;
    for (let index = 0; index < held; index++) to[byte + index] = bytes[start + index]!;
    if (length > INLINE) words[at + 2] = start;
  }

  #word(column: number, bytes: 8 | 16): number {
    return (this.#cells[column]! + this.#row * bytes) >> 2;
  }

  #mark(column: number): void {
    this.#bytes[this.#layout.masks + column * this.#layout.maskBytes + (this.#row >> 3)]! |= 1 << (this.#row & 7);
  }
}
