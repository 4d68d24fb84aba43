import type { DuckDBConnection } from '@duckdb/node-api';
import type { Arena } from './arena.ts';
import type { RowAppender } from './appender.ts';
import type { BlockRows } from './block-rows.ts';
import { startKeySet, type KeySet } from './key-set.ts';
import { columnsOf, IDENTITIES, identityAt, SIGNALS, timeAt, type Identity, type Range, type Signal } from './identity.ts';
import type { PackedTable } from './packed-table.ts';
import type { CellType, PhysicalTable } from './schema.ts';
import { TableBuilder } from './table-builder.ts';

/** The numbers of a block's rows that are left out. */
export type Dropped = Readonly<Record<Signal, ReadonlySet<number>>>;

/** Finds the rows that the store, or what was read before, has already. */
export interface Duplicates {
  /** Rows of blocks that are written next, in this order. */
  find(blocks: readonly BlockRows[]): Promise<Dropped[]>;
  /** What was found fresh so far is now in the store. */
  committed(): void;
}

/** Holds no time. */
const NEVER: Range = { from: Infinity, to: -Infinity };
/** More rows than a block holds. */
const NUMBERS = 2 ** 32;

/** Suspects have no texts. */
const NO_TEXTS: Arena = { bytes: Buffer.alloc(0), start: 0, end: 0, reserve: () => 0, setEnd: () => undefined };

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
  const known = { spans: startKeySet(), logs: startKeySet(), metrics: startKeySet() };
  for (const signal of SIGNALS) {
    stored[signal] = await readRange(connection, IDENTITIES[signal]);
    fresh[signal] = NEVER;
  }
  return {
    find: async (blocks) => {
      const dropped = blocks.map(() => ({ spans: new Set<number>(), logs: new Set<number>(), metrics: new Set<number>() }));
      for (const signal of SIGNALS) {
        const suspects: Suspect[] = [];
        let within = NEVER;
        for (const [place, name, table] of tablesOf(blocks, IDENTITIES[signal])) {
          const { keys, range } = table.identity!;
          fresh[signal] = joinRanges(fresh[signal], range);
          const repeated = addKeys(known[signal], new Int32Array(keys));
          const numbers = new Int32Array(table.numbers);
          for (const row of repeated) dropped[place]![signal].add(numbers[row]!);
          if (range.from > stored[signal].to || range.to < stored[signal].from) continue;
          const columns = columnsOf(name, table, IDENTITIES[signal]);
          for (let row = 0; row < table.rows; row++) {
            const time = timeAt(columns, row);
            if (time < stored[signal].from || time > stored[signal].to || repeated.has(row)) continue;
            suspects.push({ words: identityAt(columns, row), number: place * NUMBERS + numbers[row]! });
            within = joinRanges(within, { from: time, to: time });
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
        known[signal].clear();
        stored[signal] = joinRanges(stored[signal], fresh[signal]);
        fresh[signal] = NEVER;
      }
    },
  };
}

function joinRanges(a: Range, b: Range): Range {
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}

/** The tables of a signal in all blocks, with the place of their block. */
function* tablesOf(blocks: readonly BlockRows[], { tables }: Identity): Generator<[number, PhysicalTable, PackedTable]> {
  for (const [place, block] of blocks.entries()) {
    for (const name of tables) for (const table of block.tables[name]) yield [place, name, table];
  }
}

/** Adds keys of rows; returns the rows whose key was there. */
function addKeys(known: KeySet, keys: Int32Array): ReadonlySet<number> {
  const repeated = new Set<number>();
  for (let row = 0; row * 2 < keys.length; row++) if (!known.add(keys[row * 2 + 1]!, keys[row * 2]!)) repeated.add(row);
  return repeated;
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
