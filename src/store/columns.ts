import { PHYSICAL, type PhysicalTable } from './schema.ts';

/** Between the values of a staged column: never part of JSON text, replaced in any other. */
const SEPARATOR = '\u001F';

/** Takes a column's value out of a row. */
export type Getter<T> = (row: T) => unknown;

/** The staged rows of one table: `n`, then its columns in the order of the schema, as text. */
export interface StagedTable {
  rows: number;
  readonly columns: readonly string[][];
}

/** The text of a column's values: one value that all rows share, or all of them with separators between. */
export type PackedColumn = { readonly shared: string; readonly rows: number } | { readonly text: string };

/** The staged rows of one table, ready to be sent to another thread. */
export interface PackedTable {
  readonly rows: number;
  readonly columns: readonly PackedColumn[];
}

export function startTable(table: PhysicalTable): StagedTable {
  return { rows: 0, columns: ['n', ...Object.keys(PHYSICAL[table])].map(() => []) };
}

/** The getters of a table's columns, in the order of the schema. */
export function orderGetters<T>(table: PhysicalTable, columns: Readonly<Record<string, Getter<T>>>): readonly Getter<T>[] {
  return Object.keys(PHYSICAL[table]).map((name) => {
    const getter = columns[name];
    if (!getter) throw new TypeError(`no value for column ${name} of ${table}`);
    return getter;
  });
}

/** Adds a row; `n` numbers its span, log record or data point. */
export function stageRow<T>(table: StagedTable, n: number, getters: readonly Getter<T>[], row: T): void {
  const { columns } = table;
  table.rows++;
  columns[0]!.push(String(n));
  for (let index = 0; index < getters.length; index++) columns[index + 1]!.push(cell(getters[index]!(row)));
}

export function packTable({ rows, columns }: StagedTable): PackedTable {
  return { rows, columns: columns.map((values, index) => packColumn(values, index > 0)) };
}

/** One column of several packed tables together. */
export function joinColumns(columns: readonly PackedColumn[]): PackedColumn {
  const [first] = columns;
  if (first && 'shared' in first && columns.every((column) => 'shared' in column && column.shared === first.shared)) return first;
  return { text: columns.map(spread).join(SEPARATOR) };
}

/** JSON text as the database reads it: lone surrogates, which JSON may escape but UTF-8 cannot hold, become U+FFFD. */
export function jsonText(value: unknown): string {
  const json = JSON.stringify(value) ?? '';
  return json.includes(String.raw`\ud`) ? json.replaceAll(/(?<!\\)((?:\\\\)*)\\ud[89a-f][\da-f]{2}/g, '$1\uFFFD') : json;
}

function packColumn(values: readonly string[], mayShare: boolean): PackedColumn {
  const [first = ''] = values;
  if (mayShare && values.every((value) => value === first)) return { shared: first, rows: values.length };
  return { text: values.join(SEPARATOR) };
}

function spread(column: PackedColumn): string {
  if ('text' in column) return column.text;
  return `${column.shared}${SEPARATOR}`.repeat(column.rows).slice(0, -1);
}

function cell(value: unknown): string {
  if (typeof value === 'string') return clean(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  if (value === null || value === undefined) return '';
  return typeof value === 'boolean' ? String(value) : jsonText(value);
}

function clean(value: string): string {
  // The engine ends strings at NUL.
  if (!value.includes('\u0000') && !value.includes(SEPARATOR)) return value;
  return value.replaceAll('\u0000', '\uFFFD').replaceAll(SEPARATOR, '\uFFFD');
}
