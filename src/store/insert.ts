import type { DuckDBConnection } from '@duckdb/node-api';
import type { PackedRows } from './batch.ts';
import { joinColumns } from './columns.ts';
import { castStaged, PHYSICAL, type PhysicalTable } from './schema.ts';

const SPAN_TABLES: readonly PhysicalTable[] = ['span_pages', 'span_stages', 'span_others'];
const SPAN_KEY = 'md5_number_lower(trace_id || span_id)';
const LOG_KEY = `md5_number_lower(concat_ws('|', time_us, event_name, severity, body, trace_id, span_id, service, attributes))`;
const POINT_KEY = `md5_number_lower(concat_ws('|', time_us, start_us, name, type, service, instance, attributes, value, count, sum))`;

/** Rows left out because the store, or the batch, had them already. */
export interface Duplicates {
  readonly spans: number;
  readonly logs: number;
  readonly metrics: number;
}

/** Rows that are written together. */
type Batch = readonly PackedRows[];

/** Writes a batch in the open transaction, without its duplicates. */
export async function insertBatch(connection: DuckDBConnection, batch: Batch): Promise<Duplicates> {
  for (const [id, json] of new Map(batch.flatMap((rows) => rows.resources))) {
    await connection.run('INSERT INTO resources VALUES ($id, $json) ON CONFLICT DO NOTHING', { id: BigInt(id), json });
  }
  const tables = SPAN_TABLES.filter((table) => countRows(batch, table) > 0);
  return {
    spans: tables.length > 0 ? await insertSpans(connection, batch, tables) : 0,
    logs: await insertRecords(connection, batch, 'log_records', LOG_KEY),
    metrics: await insertRecords(connection, batch, 'metric_points', POINT_KEY),
  };
}

async function insertSpans(connection: DuckDBConnection, batch: Batch, tables: readonly PhysicalTable[]): Promise<number> {
  for (const table of tables) await stage(connection, table, batch, SPAN_KEY);
  const staged = tables.map((table) => `SELECT key, n FROM new_${table}`).join(' UNION ALL ');
  const stored = SPAN_TABLES.map((table) => `SELECT key FROM ${table}`).join(' UNION ALL ');
  const fresh = await keepFresh(connection, staged, stored);
  const spans = batch.reduce((sum, rows) => sum + rows.spans, 0);
  const filter = fresh < spans ? ' WHERE n IN (SELECT n FROM fresh)' : '';
  for (const table of tables) await connection.run(`INSERT INTO ${table} SELECT * EXCLUDE (n) FROM new_${table}${filter}`);
  if (countRows(batch, 'failures') > 0) {
    await stage(connection, 'failures', batch);
    await connection.run(`INSERT INTO failures SELECT * EXCLUDE (n) FROM new_failures${filter}`);
    await connection.run(`INSERT INTO retried_attempts SELECT DISTINCT trace_id, retry FROM new_failures
      WHERE retry_scheduled AND trace_id IS NOT NULL AND retry IS NOT NULL${filter.replace('WHERE', 'AND')}`);
  }
  if (countRows(batch, 'span_pages') > 0) {
    await connection.run(`INSERT INTO retried_attempts SELECT DISTINCT trace_id, unnest(range(least(retry, 1000)))
      FROM new_span_pages WHERE retry > 0${filter.replace('WHERE', 'AND')}`);
  }
  return spans - fresh;
}

async function insertRecords(
  connection: DuckDBConnection,
  batch: Batch,
  table: 'log_records' | 'metric_points',
  key: string,
): Promise<number> {
  const rows = countRows(batch, table);
  if (rows === 0) return 0;
  await stage(connection, table, batch, key);
  const within = `time_us BETWEEN (SELECT min(time_us) FROM new_${table}) AND (SELECT max(time_us) FROM new_${table})`;
  const fresh = await keepFresh(connection, `SELECT key, n FROM new_${table}`, `SELECT key FROM ${table} WHERE ${within}`);
  const filter = fresh < rows ? ' WHERE n IN (SELECT n FROM fresh)' : '';
  await connection.run(`INSERT INTO ${table} SELECT * EXCLUDE (n) FROM new_${table}${filter}`);
  return rows - fresh;
}

/** Keeps in `fresh` the numbers of the staged rows that are neither stored nor staged before; resolves to how many. */
async function keepFresh(connection: DuckDBConnection, staged: string, stored: string): Promise<number> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE fresh AS
    SELECT min(n) AS n FROM (${staged}) s ANTI JOIN (${stored}) t USING (key) GROUP BY key`);
  const reader = await connection.runAndReadAll('SELECT count(*)::INTEGER FROM fresh');
  return Number(reader.getRows()[0]![0]);
}

function countRows(batch: Batch, table: PhysicalTable): number {
  return batch.reduce((sum, rows) => sum + rows.tables[table].rows, 0);
}

/** Hands every column over as one text and lets the engine split it: far cheaper than a call for each value. */
async function stage(connection: DuckDBConnection, table: PhysicalTable, batch: Batch, key?: string): Promise<void> {
  const types = Object.entries(PHYSICAL[table]);
  const filled = batch.filter((rows) => rows.tables[table].rows > 0);
  const columns = ['n', ...types.map(([name]) => name)].map((name, index) => ({
    name,
    column: joinColumns(filled.map((rows) => rows.tables[table].columns[index]!)),
  }));
  const split = columns.map(({ name, column }, index) => {
    const value = `$${index + 1}::VARCHAR`;
    return `${'text' in column ? `unnest(string_split(${value}, chr(31)))` : value} AS ${name}`;
  });
  const cast = types.map(([name, type]) => `${castStaged(name, type)} AS ${name}`).join(', ');
  const values = columns.map(({ column }) => ('text' in column ? column.text : column.shared));
  const typed = `SELECT n::BIGINT AS n, ${cast} FROM (SELECT ${split.join(', ')})`;
  const keyed = key === undefined ? typed : `SELECT ${key} AS key, * FROM (${typed})`;
  await connection.run(`CREATE OR REPLACE TEMP TABLE new_${table} AS ${keyed}`, values);
}
