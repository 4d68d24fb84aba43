import type { DuckDBConnection } from '@duckdb/node-api';
import type { RowAppender } from './appender.ts';
import { buffersOf, type BlockRows, type Counts } from './block-rows.ts';
import type { Dropped, Duplicates } from './duplicates.ts';
import { IDENTITIES, SIGNALS } from './identity.ts';
import { columnNumbers, PHYSICAL, type CellType, type PhysicalTable } from './schema.ts';
import type { Series } from './series.ts';
import { CELL_BYTES, layOut, type PackedTable } from './packed-table.ts';

/** Writes rows to the open transaction. */
export interface Inserter {
  /** Writes blocks without their duplicates; resolves to how many of their records were written. */
  insert(blocks: readonly BlockRows[]): Promise<Counts>;
}

const TABLES = Object.keys(PHYSICAL) as PhysicalTable[];
const { series: SERIES_COLUMN } = columnNumbers('span_others');
/** Series that are remembered; one that was forgotten gets a second row in the store. */
const REMEMBERED = 20_000;

/** Starts writing to a store that may hold series already. */
export async function startInserter(
  connection: DuckDBConnection,
  appender: RowAppender,
  duplicates: Duplicates,
): Promise<Inserter> {
  const numberSeries = await startSeries(connection);
  return {
    insert: async (blocks) => {
      const written: Counts = { spans: 0, logs: 0, metrics: 0 };
      const dropped = await duplicates.find(blocks);
      for (const [place, block] of blocks.entries()) {
        const numbers: number[] = [];
        for (const series of block.series) numbers.push(await numberSeries(series));
        appender.useTexts(block.texts);
        for (const name of TABLES) {
          const types: readonly CellType[] = Object.values(PHYSICAL[name]);
          for (const table of block.tables[name]) {
            if (IDENTITIES.spans.tables.includes(name)) renumber(table, types, numbers);
            await appender.append(name, types, leaveOut(table, types, dropped[place]![signalOf(name)]));
          }
        }
        count(written, block.counts, dropped[place]!);
        // The collector of garbage has little to do here, and would let them pile up.
        for (const buffer of buffersOf(block)) buffer.transfer(0);
      }
      appender.flush();
      return written;
    },
  };
}

function count(written: Counts, found: Counts, dropped: Dropped): void {
  for (const signal of SIGNALS) written[signal] += found[signal] - dropped[signal].size;
}

function signalOf(table: PhysicalTable): keyof Counts {
  if (table === 'log_records') return 'logs';
  return table === 'metric_points' ? 'metrics' : 'spans';
}

/** Numbers series for the whole store, and adds those it lacks. */
async function startSeries(connection: DuckDBConnection): Promise<(series: Series) => Promise<number>> {
  const known = new Map<string, number>();
  const keyOf = ({ name, kind, stage, service, model_version, run_id, resource }: Series): string =>
    JSON.stringify([name, kind, stage, service, model_version, run_id, resource]);
  const rows = (await connection.runAndReadAll(`SELECT * FROM series ORDER BY id DESC LIMIT ${REMEMBERED}`)).getRowObjectsJS();
  for (const row of rows) known.set(keyOf({ ...row, kind: Number(row['kind']) } as unknown as Series), Number(row['id']));
  let next = Math.max(-1, ...rows.slice(0, 1).map((row) => Number(row['id']))) + 1;
  return async (series) => {
    const key = keyOf(series);
    const found = known.get(key);
    if (found !== undefined) return found;
    const number = next++;
    const { name, kind, stage, service, model_version, run_id, resource } = series;
    const values = [BigInt(number), name, BigInt(kind), stage, service, model_version, run_id, resource];
    await connection.run('INSERT INTO series VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', values);
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, number);
    return number;
  };
}

/** Turns the block's numbers of series to the store's. */
function renumber(table: PackedTable, types: readonly CellType[], numbers: readonly number[]): void {
  const words = new Int32Array(table.cells, layOut(types, table.rows).cells[SERIES_COLUMN], table.rows * 2);
  for (let at = 0; at < words.length; at += 2) words[at] = numbers[words[at]!]!;
}

/** The table without the rows whose number is in `dropped`. */
function leaveOut(table: PackedTable, types: readonly CellType[], dropped: ReadonlySet<number>): PackedTable {
  if (dropped.size === 0) return table;
  const numbers = new Int32Array(table.numbers);
  const rows = Array.from({ length: table.rows }, (_, row) => row).filter((row) => !dropped.has(numbers[row]!));
  if (rows.length === table.rows) return table;
  const from = new Uint8Array(table.cells);
  const before = layOut(types, table.rows);
  const after = layOut(types, rows.length);
  const cells = new Uint8Array(after.bytes);
  for (const [column, type] of types.entries()) {
    const size = CELL_BYTES[type];
    const start = before.cells[column]!;
    const mask = before.masks + column * before.maskBytes;
    const toMask = after.masks + column * after.maskBytes;
    for (const [to, row] of rows.entries()) {
      cells.set(from.subarray(start + row * size, start + (row + 1) * size), after.cells[column]! + to * size);
      if ((from[mask + (row >> 3)]! >> (row & 7)) & 1) cells[toMask + (to >> 3)]! |= 1 << (to & 7);
    }
  }
  return { ...table, rows: rows.length, cells: cells.buffer };
}
