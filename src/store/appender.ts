import type { DuckDBAppender, DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { DataChunk, Vector } from '@duckdb/node-bindings';
import type { CellType } from './schema.ts';
import { CELL_BYTES, INLINE, layOut, type PackedTable } from './packed-table.ts';

/** Appends packed rows to tables of the database. */
export interface RowAppender {
  /** The texts that the rows appended next point into. */
  useTexts(texts: Uint8Array): void;
  append(table: string, types: readonly CellType[], rows: PackedTable): Promise<void>;
  /** Hands what was appended to the open transaction. */
  flush(): void;
  /** Forgets what was not handed over. */
  clear(): void;
  close(): void;
}

interface Target {
  readonly appender: DuckDBAppender;
  readonly chunk: DuckDBDataChunk;
}

/** Loads what copies packed columns to the database as they are. Texts are handed over once a block, and cells get addresses within. */
export async function loadAppender(connection: DuckDBConnection): Promise<RowAppender> {
  const api = await import('@duckdb/node-api');
  const { default: bindings } = await import('@duckdb/node-bindings');
  const { UUID, UBIGINT, BIGINT, DOUBLE, BOOLEAN, BLOB, VARCHAR, LIST } = api;
  const types = {
    uuid: UUID,
    id: UBIGINT,
    int: BIGINT,
    double: DOUBLE,
    boolean: BOOLEAN,
    string: VARCHAR,
    json: VARCHAR,
    'string[]': LIST(VARCHAR),
    'double[]': LIST(DOUBLE),
  };
  // A blob, for elements of lists stand between the texts. Kept: the collector of garbage does not know how much memory hangs on it.
  const texts = api.DuckDBDataChunk.create([BLOB], 1);
  const targets = new Map<string, Target>();
  let address = 0n;

  const targetOf = async (name: string, columns: readonly CellType[]): Promise<Target> => {
    let target = targets.get(name);
    if (!target) {
      const chunk = api.DuckDBDataChunk.create(columns.map((type) => types[type]));
      target = { appender: await connection.createAppender(name), chunk };
      targets.set(name, target);
    }
    return target;
  };

  const fill = (chunk: DataChunk, columns: readonly CellType[], table: PackedTable): void => {
    const { cells: starts, masks, maskBytes } = layOut(columns, table.rows);
    bindings.data_chunk_reset(chunk);
    bindings.data_chunk_set_size(chunk, table.rows);
    for (const [index, type] of columns.entries()) {
      const vector = bindings.data_chunk_get_vector(chunk, index);
      const start = starts[index]!;
      if (type === 'string' || type === 'json') addAddress(new Uint32Array(table.cells, start, table.rows * 4), address);
      bindings.copy_data_to_vector(vector, 0, table.cells, start, table.rows * CELL_BYTES[type]);
      fillMask(vector, table, masks + index * maskBytes, maskBytes);
      fillList(vector, type, table.lists[index]);
    }
  };

  const fillMask = (vector: Vector, { cells, rows }: PackedTable, start: number, bytes: number): void => {
    if (isFull(new Uint8Array(cells, start, bytes), rows)) return;
    bindings.vector_ensure_validity_writable(vector);
    bindings.copy_data_to_vector_validity(vector, 0, cells, start, bytes);
  };

  const fillList = (vector: Vector, type: CellType, list: PackedTable['lists'][number]): void => {
    if (!list) return;
    const bytes = type === 'string[]' ? CELL_BYTES.string : CELL_BYTES.double;
    if (type === 'string[]') addAddress(new Uint32Array(list.cells), address);
    bindings.list_vector_reserve(vector, list.count);
    bindings.list_vector_set_size(vector, list.count);
    if (list.count > 0)
      bindings.copy_data_to_vector(bindings.list_vector_get_child(vector), 0, list.cells, 0, list.count * bytes);
  };

  return {
    useTexts: (bytes) => {
      texts.reset();
      const holder = bindings.data_chunk_get_vector(texts.chunk, 0);
      // One text that is too long for a cell, so that it has an address.
      bindings.vector_assign_string_element_len(holder, 0, bytes.length > INLINE ? bytes : new Uint8Array(INLINE + 1));
      address = Buffer.from(bindings.vector_get_data(holder, CELL_BYTES.string)).readBigUInt64LE(8);
    },
    append: async (name, columns, table) => {
      if (table.rows === 0) return;
      const { appender, chunk } = await targetOf(name, columns);
      fill(chunk.chunk, columns, table);
      appender.appendDataChunk(chunk);
    },
    flush: () => {
      for (const { appender } of targets.values()) appender.flushSync();
    },
    clear: () => {
      for (const { appender } of targets.values()) appender.clear();
    },
    close: () => {
      for (const { appender } of targets.values()) appender.closeSync();
    },
  };
}

/** Turns the offsets of texts to addresses. */
function addAddress(words: Uint32Array, address: bigint): void {
  const low = Number(address & 0xffffffffn);
  const high = Number(address >> 32n);
  for (let at = 0; at < words.length; at += 4) {
    if (words[at]! <= INLINE) continue;
    const sum = low + words[at + 2]!;
    words[at + 2] = sum;
    words[at + 3] = sum > 0xffffffff ? high + 1 : high;
  }
}

/** True where no row is NULL. */
function isFull(mask: Uint8Array, rows: number): boolean {
  const whole = rows >> 3;
  for (let at = 0; at < whole; at++) if (mask[at] !== 255) return false;
  const left = rows & 7;
  return left === 0 || (mask[whole]! & ((1 << left) - 1)) === (1 << left) - 1;
}
