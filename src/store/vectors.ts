import type { DuckDBAppender, DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { DataChunk, Vector } from '@duckdb/node-bindings';
import type { CellType, PackedColumn, PackedTable } from './columns.ts';
import { INLINE } from './texts.ts';

/** Appends packed rows to tables of the database. */
export interface RowAppender {
  /** Of rows that are not all `fresh`, only those whose number is are appended. */
  append(name: string, tables: readonly PackedTable[], fresh?: ReadonlySet<number>): Promise<void>;
  close(): void;
}

const CELL_BYTES: Readonly<Record<CellType, number>> = {
  key: 8,
  int: 8,
  double: 8,
  boolean: 1,
  string: 16,
  json: 16,
  'string[]': 16,
  'double[]': 16,
};

/**
 * Loads what copies packed columns to the database as they are. The texts of a table are handed over once, in one vector, and all its
 * cells get addresses within.
 */
export async function loadAppender(connection: DuckDBConnection): Promise<RowAppender> {
  const api = await import('@duckdb/node-api');
  const { default: bindings } = await import('@duckdb/node-bindings');
  const { UBIGINT, BIGINT, DOUBLE, BOOLEAN, VARCHAR, LIST } = api;
  const types = {
    key: UBIGINT,
    int: BIGINT,
    double: DOUBLE,
    boolean: BOOLEAN,
    string: VARCHAR,
    json: VARCHAR,
    'string[]': LIST(VARCHAR),
    'double[]': LIST(DOUBLE),
  };

  const fillChunk = (chunk: DataChunk, holder: Vector, table: PackedTable): void => {
    bindings.data_chunk_reset(chunk);
    bindings.data_chunk_set_size(chunk, table.rows);
    bindings.vector_assign_string_element_len(holder, 0, table.texts);
    const address = Buffer.from(bindings.vector_get_data(holder, CELL_BYTES.string)).readBigUInt64LE(8);
    for (const [index, column] of table.columns.entries()) {
      fillVector(bindings.data_chunk_get_vector(chunk, index), table.types[index]!, column, table.rows, address);
    }
  };

  const fillVector = (vector: Vector, type: CellType, column: PackedColumn, rows: number, address: bigint): void => {
    const { data, valid, child } = column;
    if (CELL_BYTES[type] === CELL_BYTES.string && !child) addAddress(data, address);
    bindings.copy_data_to_vector(vector, 0, data, 0, rows * CELL_BYTES[type]);
    if (valid) {
      bindings.vector_ensure_validity_writable(vector);
      bindings.copy_data_to_vector_validity(vector, 0, valid, 0, Math.ceil(rows / 64) * 8);
    }
    if (!child) return;
    bindings.list_vector_reserve(vector, child.rows);
    bindings.list_vector_set_size(vector, child.rows);
    const element = type === 'string[]' ? 'string' : 'double';
    if (child.rows > 0) fillVector(bindings.list_vector_get_child(vector), element, child, child.rows, address);
  };

  // Kept: the collector of garbage does not know how much memory of the database hangs on them.
  const texts = api.DuckDBDataChunk.create([VARCHAR], 1);
  const targets = new Map<string, { appender: DuckDBAppender; chunk: DuckDBDataChunk }>();
  const targetOf = async (name: string, columns: readonly CellType[]) => {
    let target = targets.get(name);
    if (!target) {
      const chunk = api.DuckDBDataChunk.create(columns.map((type) => types[type]));
      target = { appender: await connection.createAppender(name), chunk };
      targets.set(name, target);
    }
    return target;
  };

  return {
    append: async (name, tables, fresh) => {
      if (tables.length === 0) return;
      const { appender, chunk } = await targetOf(name, tables[0]!.types);
      try {
        for (const table of tables) {
          const selected = fresh ? selectRows(table, fresh) : table;
          if (selected.rows === 0) continue;
          texts.reset();
          fillChunk(chunk.chunk, bindings.data_chunk_get_vector(texts.chunk, 0), selected);
          appender.appendDataChunk(chunk);
        }
        appender.flushSync();
      } catch (error) {
        // Or it would write them when it is closed, outside of the transaction.
        appender.clear();
        throw error;
      }
    },
    close: () => {
      for (const { appender } of targets.values()) appender.closeSync();
    },
  };
}

/** Turns the offsets of texts to addresses. */
function addAddress(data: ArrayBuffer, address: bigint): void {
  const words = new Uint32Array(data);
  const low = Number(address & 0xffffffffn);
  const high = Number(address >> 32n);
  for (let at = 0; at < words.length; at += 4) {
    if (words[at]! <= INLINE) continue;
    const sum = low + words[at + 2]!;
    words[at + 2] = sum;
    words[at + 3] = sum > 0xffffffff ? high + 1 : high;
  }
}

function selectRows(table: PackedTable, fresh: ReadonlySet<number>): PackedTable {
  const rows = [...table.numbers.keys()].filter((row) => fresh.has(table.numbers[row]!));
  if (rows.length === table.rows) return table;
  return {
    ...table,
    rows: rows.length,
    columns: table.columns.map((column, index) => selectCells(column, CELL_BYTES[table.types[index]!], rows)),
  };
}

function selectCells({ data, valid, child }: PackedColumn, size: number, rows: readonly number[]): PackedColumn {
  const cells = new Uint8Array(rows.length * size);
  const from = new Uint8Array(data);
  const bits = valid && new Uint8Array(valid);
  const selected = bits && new Uint8Array(Math.ceil(rows.length / 64) * 8);
  for (const [to, row] of rows.entries()) {
    cells.set(from.subarray(row * size, (row + 1) * size), to * size);
    if (bits && selected) selected[to >> 3]! |= ((bits[row >> 3]! >> (row & 7)) & 1) << (to & 7);
  }
  return { data: cells.buffer, valid: selected?.buffer, ...(child && { child }) };
}
