import { PHYSICAL, type PhysicalTable } from './schema.ts';

/** Between the values of a staged column: never part of JSON text, replaced in any other. */
export const SEPARATOR = '\u001F';

/** The staged rows of one table: the text of every column's values, each ended by the separator. */
export interface StagedTable {
  rows: number;
  readonly columns: Record<string, string[]>;
}

export type Staged = Record<PhysicalTable, StagedTable>;

/** An empty batch; tables of spans and failures count their spans in `n`. */
export function emptyBatch(): Staged {
  const tables = Object.entries(PHYSICAL).map(([table, columns]) => {
    const names = ['n', ...Object.keys(columns)];
    return [table, { rows: 0, columns: Object.fromEntries(names.map((name) => [name, []])) }];
  });
  return Object.fromEntries(tables) as Staged;
}

/** Adds a row; columns that `values` does not name stay NULL. */
export function stageRow(table: StagedTable, values: Readonly<Record<string, unknown>>): void {
  table.rows++;
  for (const name in table.columns) table.columns[name]!.push(cell(values[name]));
}

/** JSON text as the database reads it: lone surrogates, which JSON may escape but UTF-8 cannot hold, become U+FFFD. */
export function jsonText(value: unknown): string {
  const json = JSON.stringify(value) ?? '';
  return json.includes(String.raw`\ud`) ? json.replaceAll(/(?<!\\)((?:\\\\)*)\\ud[89a-f][\da-f]{2}/g, '$1\uFFFD') : json;
}

function cell(value: unknown): string {
  if (typeof value === 'string') return clean(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  if (value === null || value === undefined) return '';
  return typeof value === 'boolean' ? String(value) : jsonText(value);
}

function clean(value: string): string {
  // The engine ends strings at NUL.
  // oxlint-disable-next-line no-control-regex
  return /[\u0000\u001F]/.test(value) ? value.replaceAll(/[\u0000\u001F]/g, '\uFFFD') : value;
}
