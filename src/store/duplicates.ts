import type { DuckDBConnection } from '@duckdb/node-api';
import type { Arena } from './arena.ts';
import type { RowAppender } from './appender.ts';
import type { BlockRows, Counts } from './block-rows.ts';
import { startKeySet, type KeySet } from './key-set.ts';
import { columnNumbers, PHYSICAL, type CellType, type PhysicalTable } from './schema.ts';
import { layOut, type PackedTable } from './packed-table.ts';
import { TableBuilder } from './table-builder.ts';

/** The numbers of a block's rows that are left out. */
export type Dropped = Readonly<Record<Signal, ReadonlySet<number>>>;
type Signal = keyof Counts;

/** Finds the rows that the store, or what was read before, has already. */
export interface Duplicates {
  /** Rows of blocks that are written next, in this order. */
  find(blocks: readonly BlockRows[]): Promise<Dropped[]>;
  /** What was found fresh so far is now in the store. */
  committed(): void;
}

/** How the rows of a signal are told apart: the columns that identify one, and its time. */
interface Identity {
  readonly tables: readonly PhysicalTable[];
  readonly time: string;
  readonly columns: readonly string[];
  readonly types: readonly CellType[];
}

const IDENTITIES: Readonly<Record<Signal, Identity>> = {
  spans: {
    tables: ['span_pages', 'span_stages', 'span_others'],
    time: 'start_us',
    columns: ['trace', 'span'],
    types: ['uuid', 'id'],
  },
  logs: { tables: ['log_records'], time: 'time_us', columns: ['key'], types: ['id'] },
  metrics: { tables: ['metric_points'], time: 'time_us', columns: ['key'], types: ['id'] },
};
const SIGNALS = Object.keys(IDENTITIES) as Signal[];
const TWO_32 = 2 ** 32;
/** More rows than a block holds. */
const NUMBERS = 2 ** 32;

/** Suspects have no texts. */
const NO_TEXTS: Arena = { bytes: Buffer.alloc(0), start: 0, end: 0, reserve: () => 0, setEnd: () => undefined };

/** A stretch of time that holds no row when it is empty. */
interface Range {
  from: number;
  to: number;
}

/** A row that may be in the store. */
interface Suspect {
  readonly words: Int32Array;
  readonly number: number;
}

/**
 * Keys of rows that are not committed yet are kept in memory; of others only those can be in the store whose time lies within the
 * stretch of time that it holds, so that a crawl's own files, read as they grow, are never looked up.
 */
export async function startDuplicates(connection: DuckDBConnection, appender: RowAppender): Promise<Duplicates> {
  const stored = {} as Record<Signal, Range>;
  const fresh = {} as Record<Signal, Range>;
  const keys = { spans: startKeySet(), logs: startKeySet(), metrics: startKeySet() };
  for (const signal of SIGNALS) {
    stored[signal] = await readRange(connection, IDENTITIES[signal]);
    fresh[signal] = emptyRange();
  }
  return {
    find: async (blocks) => {
      const dropped = blocks.map(() => ({ spans: new Set<number>(), logs: new Set<number>(), metrics: new Set<number>() }));
      for (const signal of SIGNALS) {
        const suspects: Suspect[] = [];
        const within = emptyRange();
        for (const { place, columns, numbers } of tablesOf(blocks, IDENTITIES[signal])) {
          for (let row = 0; row < numbers.length; row++) {
            const number = numbers[row]!;
            const time = timeOf(columns, row);
            widen(fresh[signal], time);
            if (!addKey(keys[signal], columns, row)) dropped[place]![signal].add(number);
            else if (time >= stored[signal].from && time <= stored[signal].to) {
              suspects.push(suspectOf(columns, row, place * NUMBERS + number));
              widen(within, time);
            }
          }
        }
        if (suspects.length === 0) continue;
        for (const found of await lookUp(connection, appender, IDENTITIES[signal], signal, suspects, within)) {
          dropped[Math.floor(found / NUMBERS)]![signal].add(found % NUMBERS);
        }
      }
      return dropped;
    },
    committed: () => {
      for (const signal of SIGNALS) {
        keys[signal].clear();
        widen(stored[signal], fresh[signal].from);
        widen(stored[signal], fresh[signal].to);
        fresh[signal] = emptyRange();
      }
    },
  };
}

function emptyRange(): Range {
  return { from: Infinity, to: -Infinity };
}

function widen(range: Range, time: number): void {
  if (time < range.from && time !== Infinity) range.from = time;
  if (time > range.to && time !== -Infinity) range.to = time;
}

/** The words of a table's rows, and where those of its identity and its time start. */
interface Columns {
  readonly words: Int32Array;
  readonly first: number;
  readonly second: number;
  readonly time: number;
}

/** The tables of a signal in all blocks, with the place of their block. */
function* tablesOf(
  blocks: readonly BlockRows[],
  identity: Identity,
): Generator<{ place: number; columns: Columns; numbers: Int32Array }> {
  for (const [place, block] of blocks.entries()) {
    for (const name of identity.tables) {
      for (const table of block.tables[name]) {
        yield { place, columns: columnsOf(name, table, identity), numbers: new Int32Array(table.numbers) };
      }
    }
  }
}

function timeOf({ words, time }: Columns, row: number): number {
  return words[time + row * 2 + 1]! * TWO_32 + (words[time + row * 2]! >>> 0);
}

function columnsOf(name: PhysicalTable, table: PackedTable, { columns, time }: Identity): Columns {
  const places: Readonly<Record<string, number>> = columnNumbers(name);
  const { cells } = layOut(Object.values(PHYSICAL[name]), table.rows);
  const start = (column: string | undefined): number => (column === undefined ? -1 : cells[places[column]!]! >> 2);
  return { words: new Int32Array(table.cells), first: start(columns[0]), second: start(columns[1]), time: start(time) };
}

/** Adds the identity of a row to the keys: its own 64 bits, or 64 that stand for a trace id and a span id. */
function addKey(keys: KeySet, { words, first, second }: Columns, row: number): boolean {
  if (second < 0) return keys.add(words[first + row * 2 + 1]!, words[first + row * 2]!);
  const trace = first + row * 4;
  const span = second + row * 2;
  const high = Math.imul(words[span + 1]! ^ Math.imul(words[trace + 3]!, 0x9e3779b1), 0x85ebca77) ^ words[trace + 1]!;
  const low = Math.imul(words[span]! ^ Math.imul(words[trace + 2]!, 0x85ebca6b), 0x9e3779b1) ^ words[trace]!;
  return keys.add(high, low);
}

function suspectOf({ words, first, second }: Columns, row: number, number: number): Suspect {
  if (second < 0) return { words: words.slice(first + row * 2, first + row * 2 + 2), number };
  const ids = new Int32Array(6);
  ids.set(words.subarray(first + row * 4, first + row * 4 + 4));
  ids.set(words.subarray(second + row * 2, second + row * 2 + 2), 4);
  return { words: ids, number };
}

async function readRange(connection: DuckDBConnection, { tables, time }: Identity): Promise<Range> {
  const all = tables.map((table) => `SELECT min(${time}) AS a, max(${time}) AS b FROM ${table}`).join(' UNION ALL ');
  const [row] = (await connection.runAndReadAll(`SELECT min(a)::DOUBLE, max(b)::DOUBLE FROM (${all})`)).getRows() as [
    [number | null, number | null],
  ];
  return { from: row[0] ?? Infinity, to: row[1] ?? -Infinity };
}

/** The numbers of the suspects that are in the store. */
async function lookUp(
  connection: DuckDBConnection,
  appender: RowAppender,
  { tables, time, columns, types }: Identity,
  signal: Signal,
  suspects: readonly Suspect[],
  within: Range,
): Promise<number[]> {
  const name = `suspect_${signal}`;
  const definition = [...columns.map((column, index) => `${column} ${types[index] === 'uuid' ? 'UUID' : 'UBIGINT'}`), 'n BIGINT'];
  await connection.run(`CREATE TEMP TABLE IF NOT EXISTS ${name} (${definition.join(', ')})`);
  await connection.run(`TRUNCATE ${name}`);
  const rowTypes: CellType[] = [...types, 'int'];
  for (const table of packSuspects(rowTypes, suspects)) await appender.append(name, rowTypes, table);
  appender.flush();
  const all = tables.map(
    (table) => `SELECT ${columns.join(', ')} FROM ${table} WHERE ${time} BETWEEN ${within.from} AND ${within.to}`,
  );
  const reader = await connection.runAndReadAll(
    `SELECT n::DOUBLE FROM ${name} SEMI JOIN (${all.join(' UNION ALL ')}) stored USING (${columns.join(', ')})`,
  );
  return (reader.getColumns()[0] ?? []) as number[];
}

function packSuspects(types: readonly CellType[], suspects: readonly Suspect[]): readonly PackedTable[] {
  const builder = new TableBuilder(types, NO_TEXTS);
  for (const { words, number } of suspects) {
    builder.begin(0);
    if (words.length === 2) builder.id(0, [words[0]!, words[1]!]);
    else {
      // The builder turns the highest bit of an id, and here it is turned already.
      builder.uuid(0, [words[0]!, words[1]!, words[2]!, words[3]! ^ 0x80000000]);
      builder.id(1, [words[4]!, words[5]!]);
    }
    builder.int(types.length - 1, number);
  }
  return builder.pack();
}
