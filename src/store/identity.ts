import { columnNumbers, PHYSICAL, SPAN_TABLES, type CellType, type PhysicalTable } from './schema.ts';
import { layOut, type PackedTable } from './packed-table.ts';

/** The signals of OpenTelemetry. */
export type Signal = 'spans' | 'logs' | 'metrics';

/** How the rows of a signal are told apart: the columns that identify one, and its time. */
export interface Identity {
  readonly tables: readonly PhysicalTable[];
  readonly time: string;
  readonly columns: readonly string[];
  readonly types: readonly CellType[];
}

export const IDENTITIES: Readonly<Record<Signal, Identity>> = {
  spans: {
    tables: SPAN_TABLES,
    time: 'start_us',
    columns: ['trace', 'span'],
    types: ['uuid', 'id'],
  },
  logs: { tables: ['log_records'], time: 'time_us', columns: ['key'], types: ['id'] },
  metrics: { tables: ['metric_points'], time: 'time_us', columns: ['key'], types: ['id'] },
};
export const SIGNALS = Object.keys(IDENTITIES) as Signal[];

/** A stretch of time, in microseconds; it holds nothing while `from` is behind `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What tells the rows of a packed table apart: 64 bits of each as two words, the low one first; and when they were. */
export interface Identified {
  readonly keys: ArrayBuffer;
  readonly range: Range;
}

const TWO_32 = 2 ** 32;

/** The words of a table's rows, and where those of its identity and its time start. */
interface IdentityColumns {
  readonly words: Int32Array;
  readonly first: number;
  readonly second: number;
  readonly time: number;
}

/** Identifies the rows of a table; undefined where they follow the rows of another one. */
export function identify(name: PhysicalTable, table: PackedTable): Identified | undefined {
  const identity = Object.values(IDENTITIES).find(({ tables }) => tables.includes(name));
  if (!identity) return undefined;
  const columns = columnsOf(name, table, identity);
  const keys = new Int32Array(table.rows * 2);
  let [from, to] = [Infinity, -Infinity];
  for (let row = 0; row < table.rows; row++) {
    setKey(keys, columns, row);
    const time = timeAt(columns, row);
    if (time < from) from = time;
    if (time > to) to = time;
  }
  return { keys: keys.buffer, range: { from, to } };
}

export function columnsOf(name: PhysicalTable, table: PackedTable, { columns, time }: Identity): IdentityColumns {
  const places: Readonly<Record<string, number>> = columnNumbers(name);
  const { cells } = layOut(Object.values(PHYSICAL[name]), table.rows);
  const start = (column: string | undefined): number => (column === undefined ? -1 : cells[places[column]!]! >> 2);
  return { words: new Int32Array(table.cells), first: start(columns[0]), second: start(columns[1]), time: start(time) };
}

/** When a row was, in microseconds. */
export function timeAt({ words, time }: IdentityColumns, row: number): number {
  return words[time + row * 2 + 1]! * TWO_32 + (words[time + row * 2]! >>> 0);
}

/** The words of a row's identity, as its columns hold them. */
export function identityAt({ words, first, second }: IdentityColumns, row: number): Int32Array {
  if (second < 0) return words.slice(first + row * 2, first + row * 2 + 2);
  const ids = new Int32Array(6);
  ids.set(words.subarray(first + row * 4, first + row * 4 + 4));
  ids.set(words.subarray(second + row * 2, second + row * 2 + 2), 4);
  return ids;
}

/** The key of a row: its own 64 bits, or 64 that stand for a trace id and a span id. */
function setKey(keys: Int32Array, { words, first, second }: IdentityColumns, row: number): void {
  if (second < 0) {
    keys[row * 2] = words[first + row * 2]!;
    keys[row * 2 + 1] = words[first + row * 2 + 1]!;
    return;
  }
  const trace = first + row * 4;
  const span = second + row * 2;
  keys[row * 2] = Math.imul(words[span]! ^ Math.imul(words[trace + 2]!, 0x85ebca6b), 0x9e3779b1) ^ words[trace]!;
  keys[row * 2 + 1] = Math.imul(words[span + 1]! ^ Math.imul(words[trace + 3]!, 0x9e3779b1), 0x85ebca77) ^ words[trace + 1]!;
}
