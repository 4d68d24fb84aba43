import { putText, type Arena } from './arena.ts';
import { cellText, toNumber } from './cell-values.ts';
import { CELL_BYTES, CHUNK_ROWS, INLINE, layOut, type Layout, type PackedList, type PackedTable } from './packed-table.ts';
import type { CellType } from './schema.ts';

const TWO_32 = 2 ** 32;
const TWO_63 = 2 ** 63;
const ALIGNMENT = 16;

/** Addresses of what a builder keeps: how many rows there are, their numbers, and each column's cells and mask. */
interface Places {
  readonly rows: number;
  readonly numbers: number;
  readonly cells: readonly number[];
  readonly masks: readonly number[];
}

/**
 * Builds the rows of one table, and is used again for every block. A column that is not set is NULL. It keeps its rows in the arena's
 * memory where it is told an address there, so that the scanner writes to the same rows; else in memory of its own.
 */
export class TableBuilder {
  readonly types: readonly CellType[];
  readonly places: Places;
  readonly #layout: Layout;
  #bytes!: Uint8Array;
  #words!: Int32Array;
  #doubles!: Float64Array;
  #arena: Arena;
  #packed: PackedTable[] = [];

  constructor(types: readonly CellType[], arena: Arena, at?: number) {
    this.types = types;
    this.#arena = arena;
    this.#layout = layOut(types, CHUNK_ROWS);
    const start = at ?? 0;
    const { bytes, masks, maskBytes } = this.#layout;
    this.places = {
      rows: start + bytes,
      numbers: start + bytes + ALIGNMENT,
      cells: this.#layout.cells.map((cell) => start + cell),
      masks: types.map((_, column) => start + masks + column * maskBytes),
    };
    this.attach(at === undefined ? new ArrayBuffer(TableBuilder.bytesOf(types)) : arena.bytes.buffer);
  }

  /** Bytes that a builder takes. */
  static bytesOf(types: readonly CellType[]): number {
    return layOut(types, CHUNK_ROWS).bytes + ALIGNMENT + CHUNK_ROWS * 4;
  }

  /** Uses another buffer with the same bytes. */
  attach(buffer: ArrayBuffer): void {
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
  }

  /** Forgets all rows. */
  restart(): void {
    this.#clear();
    this.#packed = [];
  }

  /** Starts a row of the span, log record or data point with this number. */
  begin(number: number): void {
    if (this.#rows === CHUNK_ROWS) this.take();
    this.#words[(this.places.numbers >> 2) + this.#rows] = number;
    this.#rows++;
  }

  int(column: number, value: number): void {
    const at = this.#word(column, 8);
    this.#words[at] = value;
    this.#words[at + 1] = value >= 0 && value < TWO_32 ? 0 : Math.floor(value / TWO_32);
    this.#mark(column);
  }

  double(column: number, value: number): void {
    this.#doubles[this.#word(column, 8) >> 1] = value;
    this.#mark(column);
  }

  boolean(column: number, value: boolean): void {
    this.#bytes[this.places.cells[column]! + this.#row] = value ? 1 : 0;
    this.#mark(column);
  }

  /** A number of 64 bits, as two words; the low one first, as in memory. */
  id(column: number, [low, high]: readonly [number, number]): void {
    const at = this.#word(column, 8);
    this.#words[at] = low;
    this.#words[at + 1] = high;
    this.#mark(column);
  }

  /** A number of 128 bits, as four words in the same order; the database turns its highest bit round to sort signed numbers as unsigned ones. */
  uuid(column: number, words: readonly [number, number, number, number]): void {
    const at = this.#word(column, 16);
    this.#words.set(words, at);
    this.#words[at + 3]! ^= 0x80000000;
    this.#mark(column);
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
    if (this.#rows > 0) this.take();
    return this.#packed;
  }

  /** Packs the rows, and makes room for others. */
  take(): void {
    const rows = this.#rows;
    const { cells, masks, maskBytes, bytes } = layOut(this.types, rows);
    const packed = new Uint8Array(bytes);
    for (let column = 0; column < cells.length; column++) {
      const from = this.places.cells[column]!;
      packed.set(this.#bytes.subarray(from, from + rows * CELL_BYTES[this.types[column]!]), cells[column]);
      const mask = this.places.masks[column]!;
      packed.set(this.#bytes.subarray(mask, mask + maskBytes), masks + column * maskBytes);
    }
    const lists = this.types.map((type, column) =>
      type === 'string[]' || type === 'double[]' ? this.#packList(type, packed.buffer, cells[column]!, rows) : undefined,
    );
    const numbers = this.#words.slice(this.places.numbers >> 2, (this.places.numbers >> 2) + rows);
    this.#packed.push({ rows, numbers: numbers.buffer, cells: packed.buffer, lists });
    this.#clear();
  }

  get #rows(): number {
    return this.#words[this.places.rows >> 2]!;
  }

  set #rows(rows: number) {
    this.#words[this.places.rows >> 2] = rows;
  }

  /** The row that is being written. */
  get #row(): number {
    return this.#rows - 1;
  }

  #clear(): void {
    const rows = this.#rows;
    if (rows === 0) return;
    for (const [column, type] of this.types.entries()) {
      const from = this.places.cells[column]!;
      this.#bytes.fill(0, from, from + rows * CELL_BYTES[type]);
    }
    const masks = this.places.masks[0]!;
    this.#bytes.fill(0, masks, masks + this.types.length * this.#layout.maskBytes);
    this.#rows = 0;
  }

  /** Puts the elements of a column's lists, which stand in the arena, one behind the other; cells then tell their place there. */
  #packList(type: 'string[]' | 'double[]', packed: ArrayBuffer, at: number, rows: number): PackedList {
    const size = type === 'string[]' ? CELL_BYTES.string : CELL_BYTES.double;
    const entries = new Int32Array(packed, at, rows * 4);
    let count = 0;
    for (let entry = 0; entry < entries.length; entry += 4) count += entries[entry + 2]!;
    const elements = new Uint8Array(count * size);
    const { bytes } = this.#arena;
    let next = 0;
    for (let entry = 0; entry < entries.length; entry += 4) {
      const start = entries[entry]!;
      const length = entries[entry + 2]!;
      elements.set(bytes.subarray(start, start + length * size), next * size);
      entries[entry] = next;
      next += length;
    }
    return { cells: elements.buffer, count };
  }

  #setNumber(column: number, value: number | null): void {
    if (value === null) return;
    if (this.types[column] === 'double') this.double(column, value);
    else if (Math.abs(value) < TWO_63) this.int(column, Math.round(value));
  }

  #setText(column: number, value: string): void {
    if (value === '') return;
    const start = putText(this.#arena, value);
    this.#cell(this.#bytes, this.#word(column, 16) * 4, start, this.#arena.end);
    this.#mark(column);
  }

  /** A list of numbers with something else in it stays NULL. */
  #setList(column: number, values: readonly unknown[]): void {
    const texts = this.types[column] === 'string[]';
    if (!texts && values.some((value) => toNumber(value) === null)) return;
    const ranges = texts ? values.map((value) => [putText(this.#arena, cellText(value)), this.#arena.end] as const) : [];
    const size = texts ? CELL_BYTES.string : CELL_BYTES.double;
    const start = this.#arena.reserve(values.length * size);
    const { bytes } = this.#arena;
    for (const [index, value] of values.entries()) {
      if (texts) this.#cell(bytes, start + index * size, ...ranges[index]!);
      else bytes.writeDoubleLE(toNumber(value)!, start + index * size);
    }
    this.#arena.setEnd(start + values.length * size);
    const at = this.#word(column, 16);
    this.#words[at] = start;
    this.#words[at + 2] = values.length;
    this.#mark(column);
  }

  /** Writes the cell of a text of the arena. */
  #cell(to: Uint8Array, at: number, start: number, end: number): void {
    const length = end - start;
    const cell = new DataView(to.buffer, at, CELL_BYTES.string);
    cell.setUint32(0, length, true);
    to.set(this.#arena.bytes.subarray(start, start + Math.min(length, length > INLINE ? 4 : INLINE)), at + 4);
    if (length > INLINE) cell.setUint32(8, start - this.#arena.start, true);
  }

  #word(column: number, bytes: 8 | 16): number {
    return (this.places.cells[column]! + this.#row * bytes) >> 2;
  }

  #mark(column: number): void {
    const row = this.#row;
    this.#bytes[this.places.masks[column]! + (row >> 3)]! |= 1 << (row & 7);
  }
}
