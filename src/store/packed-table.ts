import type { Identified } from './identity.ts';
import type { CellType } from './schema.ts';

/** Rows that the database takes at once. */
export const CHUNK_ROWS = 2048;
/** Rows whose bits fill a word of a mask. */
const MASK_ROWS = 64;
/** The longest text that a cell holds; bytes. */
export const INLINE = 12;

/** Bytes of a cell in the vectors of the database. */
export const CELL_BYTES: Readonly<Record<CellType, number>> = {
  uuid: 16,
  id: 8,
  int: 8,
  double: 8,
  boolean: 1,
  string: 16,
  json: 16,
  'string[]': 16,
  'double[]': 16,
};

/** The elements of a list column. */
export interface PackedList {
  readonly cells: ArrayBuffer;
  readonly count: number;
}

/**
 * At most 2048 rows in the layout of the database's vectors, in one buffer: for every column its cells and then, behind all of them,
 * a mask of its rows, 0 for NULL. A text's cell is DuckDB's `duckdb_string_t`: four words that hold the length in bytes and, up to 12
 * bytes, the text itself; else its first four bytes and its place among the block's texts, to which the appender adds an address.
 * https://duckdb.org/docs/stable/clients/c/vector
 */
export interface PackedTable {
  readonly rows: number;
  /** The number within the block of each row's span, log record or data point. */
  readonly numbers: ArrayBuffer;
  readonly cells: ArrayBuffer;
  readonly lists: readonly (PackedList | undefined)[];
  /** Where the rows have an identity of their own. */
  readonly identity?: Identified | undefined;
}

/** Where the cells of each column start, where the masks start, how long one is, and the bytes of all; for a number of rows. */
export interface Layout {
  readonly cells: readonly number[];
  readonly masks: number;
  readonly maskBytes: number;
  readonly bytes: number;
}

export function layOut(types: readonly CellType[], rows: number): Layout {
  const room = Math.ceil(rows / MASK_ROWS) * MASK_ROWS;
  let at = 0;
  const cells = types.map((type) => {
    const start = at;
    at += CELL_BYTES[type] * room;
    return start;
  });
  return { cells, masks: at, maskBytes: room / 8, bytes: at + types.length * (room / 8) };
}
