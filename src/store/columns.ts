import { packBooleans, packKeys, packLists, packNumbers } from './cells.ts';
import { encodeTexts, packTexts, startTexts } from './texts.ts';
import { PHYSICAL, type PhysicalTable } from './schema.ts';
import type { ColumnType } from './tables.ts';

/** Rows that the database takes at once. */
const CHUNK_ROWS = 2048;

/** Takes a column's value out of a row. */
export type Getter<T> = (row: T) => unknown;

/** `key` is an unsigned integer of 64 bits, staged as a bigint. */
export type CellType = ColumnType | 'key';

/** One column in the layout of the database's vectors. */
export interface PackedColumn {
  /** Fixed-size cells; those of texts are described in `texts.ts`. */
  readonly data: ArrayBuffer;
  /** A bit for each row, 0 for NULL; undefined where no row is NULL. */
  readonly valid: ArrayBuffer | undefined;
  /** The elements of lists. */
  readonly child?: PackedColumn & { readonly rows: number };
}

/** At most 2048 rows of one table, ready to be sent to another thread and copied to the database. */
export interface PackedTable {
  readonly rows: number;
  /** The number of each row's span, log record or data point. */
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly types: readonly CellType[];
  readonly columns: readonly PackedColumn[];
  /** The texts longer than a cell. */
  readonly texts: Uint8Array<ArrayBuffer>;
}

/** The staged rows of one table. */
export interface StagedTable {
  readonly types: readonly CellType[];
  numbers: number[];
  columns: unknown[][];
  readonly packed: PackedTable[];
}

export function startTable(types: readonly CellType[]): StagedTable {
  return { types, numbers: [], columns: types.map(() => []), packed: [] };
}

/** The getters of a table's columns, in the order of the schema. */
export function orderGetters<T>(table: PhysicalTable, columns: Readonly<Record<string, Getter<T>>>): readonly Getter<T>[] {
  return Object.keys(PHYSICAL[table]).map((name) => {
    const getter = columns[name];
    if (!getter) throw new TypeError(`no value for column ${name} of ${table}`);
    return getter;
  });
}

/** Adds a row; `n` numbers its span, log record or data point. The values of `first` come before those of the getters. */
export function stageRow<T>(
  table: StagedTable,
  n: number,
  first: readonly unknown[],
  getters: readonly Getter<T>[],
  row: T,
): void {
  const { columns } = table;
  table.numbers.push(n);
  for (let index = 0; index < first.length; index++) columns[index]!.push(first[index]);
  for (let index = 0; index < getters.length; index++) columns[first.length + index]!.push(getters[index]!(row));
  if (table.numbers.length === CHUNK_ROWS) packStaged(table);
}

/** The rows staged so far, packed. */
export function packTable(table: StagedTable): readonly PackedTable[] {
  if (table.numbers.length > 0) packStaged(table);
  return table.packed;
}

function packStaged(table: StagedTable): void {
  const { numbers, types, packed } = table;
  const texts = startTexts();
  const columns = table.columns.map((values, index): PackedColumn => {
    const type = types[index]!;
    if (type === 'string' || type === 'json') return packTexts(values, texts);
    if (type === 'string[]' || type === 'double[]') return packLists(type, values, texts);
    if (type === 'key') return packKeys(values);
    return type === 'boolean' ? packBooleans(values) : packNumbers(type, values);
  });
  packed.push({ rows: numbers.length, numbers: new Float64Array(numbers), types, columns, texts: encodeTexts(texts) });
  table.numbers = [];
  table.columns = types.map(() => []);
}

/** The buffers of packed tables, which a thread can hand over without a copy. */
export function buffersOf(tables: readonly PackedTable[]): ArrayBuffer[] {
  const all = tables.flatMap(({ numbers, texts, columns }) => {
    const cells = columns.flatMap(({ data, valid, child }) => [data, valid, child?.data, child?.valid]);
    return [numbers.buffer, texts.buffer, ...cells];
  });
  return all.filter((buffer) => buffer !== undefined);
}
