import type { DuckDBConnection } from '@duckdb/node-api';
import type { KeysName, PackedRows, StagedName } from './batch.ts';
import type { PackedTable } from './columns.ts';
import type { RowAppender } from './vectors.ts';

const SPAN_TABLES = ['span_pages', 'span_stages', 'span_others'] as const;

/** Rows left out because the store, or the batch, had them already. */
export interface Duplicates {
  readonly spans: number;
  readonly logs: number;
  readonly metrics: number;
}

/** Rows that are written together. */
type Batch = readonly PackedRows[];

/** Writes a batch in the open transaction, without its duplicates. */
export async function insertBatch(connection: DuckDBConnection, appender: RowAppender, batch: Batch): Promise<Duplicates> {
  for (const [id, json] of new Map(batch.flatMap((rows) => rows.resources))) {
    await connection.run('INSERT INTO resources VALUES ($id, $json) ON CONFLICT DO NOTHING', { id: BigInt(id), json });
  }
  const target = { connection, appender, batch };
  return {
    spans: await insertFresh(target, 'span_keys', SPAN_TABLES, 'start_us', ['failures', 'retried_attempts']),
    logs: await insertFresh(target, 'log_keys', ['log_records'], 'time_us'),
    metrics: await insertFresh(target, 'point_keys', ['metric_points'], 'time_us'),
  };
}

/** Appends the rows whose keys are new to `tables`, and what belongs to them to `more`; resolves to how many were not. */
async function insertFresh(
  { connection, appender, batch }: { connection: DuckDBConnection; appender: RowAppender; batch: Batch },
  keys: KeysName,
  tables: readonly StagedName[],
  time: string,
  more: readonly StagedName[] = [],
): Promise<number> {
  const staged = tablesOf(batch, keys);
  const rows = staged.reduce((sum, table) => sum + table.rows, 0);
  if (rows === 0) return 0;
  await connection.run(`CREATE TEMP TABLE IF NOT EXISTS ${keys} (key UBIGINT, time BIGINT, n BIGINT)`);
  await connection.run(`TRUNCATE ${keys}`);
  await appender.append(keys, staged);
  // A record that is read again has the same time: only that stretch of the store is searched.
  const [bounds] = (await connection.runAndReadAll(`SELECT min(time), max(time) FROM ${keys}`)).getRows() as [[bigint, bigint]];
  const within = `WHERE ${time} BETWEEN ${bounds[0]} AND ${bounds[1]}`;
  const stored = tables.map((table) => `SELECT key FROM ${table} ${within}`).join(' UNION ALL ');
  await connection.run(`CREATE OR REPLACE TEMP TABLE fresh AS
    SELECT min(n) AS n FROM ${keys} ANTI JOIN (${stored}) stored USING (key) GROUP BY key`);
  const [count] = (await connection.runAndReadAll('SELECT count(*)::INTEGER FROM fresh')).getRows()[0] as [number];
  const fresh = count < rows ? new Set(await readNumbers(connection)) : undefined;
  for (const table of [...tables, ...more]) await appender.append(table, tablesOf(batch, table), fresh);
  return rows - count;
}

async function readNumbers(connection: DuckDBConnection): Promise<number[]> {
  const reader = await connection.runAndReadAll('SELECT n::DOUBLE FROM fresh');
  return (reader.getColumns()[0] ?? []) as number[];
}

function tablesOf(batch: Batch, name: StagedName): PackedTable[] {
  return batch.flatMap((rows) => rows.tables[name]);
}
