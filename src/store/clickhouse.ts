import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import { CrawlscopeError } from '../errors.ts';
import { parseAddress, type ClickHouseAddress } from './clickhouse-address.ts';
import { findTables } from './clickhouse-catalog.ts';
import { explainError } from './clickhouse-errors.ts';
import { learnFacts } from './clickhouse-facts.ts';
import { defineTables } from './clickhouse-tables.ts';
import type { Parameter, Store } from './store.ts';

type Parameters = Readonly<Record<string, Parameter>>;

/** What makes ClickHouse read the analyses' SQL as the standard says. */
const SETTINGS = {
  join_use_nulls: 1,
  aggregate_functions_null_for_empty: 1,
  prefer_column_name_to_alias: 1,
  cast_keep_nullable: 1,
} as const satisfies ClickHouseSettings;

/** Attempts that a query may name; each takes up to 22 bytes of its text. */
const MOST_NAMED = 50_000;
const QUERY_BYTES = 2_000_000;
/** Share of the memory at which grouping and sorting go to disk: as much again is needed to merge. */
const SPILL_SHARE = 0.4;
/** The server's own answer, that it stopped in time, takes a moment to arrive; milliseconds. */
const GRACE_MS = 2000;

/** Opens the database at a `clickhouse://` address, whose tables the collector's exporter fills; nothing is ever written to it. */
export async function openClickHouse(text: string): Promise<Store> {
  const address = parseAddress(text);
  const client = await connect(address);
  const run = (sql: string, parameters?: Parameters, settings?: ClickHouseSettings) =>
    streamRows(client, address, sql, parameters, settings);
  try {
    const settings = await chooseSettings(client, address);
    const tables = await findTables((sql, parameters) => collect(run(sql, parameters)), address);
    const learn = learnFacts((sql) => collect(run(sql, {}, settings)), tables, settings.max_query_size ? MOST_NAMED : 0);
    const stream = async function* (sql: string, parameters?: Parameters) {
      yield* run(defineTables(sql, await learn(sql)), parameters, settings);
    };
    return {
      engine: 'clickhouse',
      query: <R extends object>(sql: string, parameters?: Parameters) => collect(stream(sql, parameters)) as Promise<R[]>,
      stream: <R extends object>(sql: string, parameters?: Parameters) => stream(sql, parameters) as AsyncIterable<R[]>,
      close: () => client.close(),
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

async function connect(address: ClickHouseAddress): Promise<ClickHouseClient> {
  const { createClient, ClickHouseLogLevel } = await import('@clickhouse/client').catch((cause: unknown) => {
    const next = 'Install it: npm install @clickhouse/client (or install crawlscope without --omit=optional).';
    throw new CrawlscopeError('MISSING_PACKAGE', 'the package @clickhouse/client cannot be loaded', next, { cause });
  });
  const { url, database, username, password, timeoutMs } = address;
  // Errors are thrown; the client's own log would print them a second time.
  const log = { level: ClickHouseLogLevel.OFF };
  return createClient({
    url,
    database,
    username,
    password,
    request_timeout: timeoutMs + GRACE_MS,
    application: 'crawlscope',
    log,
  });
}

/** A user whose profile forbids changing settings must have them in the profile. */
async function chooseSettings(client: ClickHouseClient, address: ClickHouseAddress): Promise<ClickHouseSettings> {
  const wanted = Object.keys(SETTINGS);
  const sql = `SELECT name, value FROM system.settings WHERE name IN ('readonly', ${wanted.map((name) => `'${name}'`).join(', ')})`;
  const rows = (await collect(streamRows(client, address, sql))) as { name: string; value: string }[];
  const values = new Map(rows.map((row) => [row.name, row.value]));
  if (values.get('readonly') !== '1') return { ...SETTINGS, ...limitsOf(address) };
  const missing = wanted.filter((name) => values.get(name) !== '1');
  if (missing.length === 0) return {};
  throw new CrawlscopeError(
    'STORE_SETTINGS',
    `the user ${address.username} may not change settings (readonly = 1), and these are not 1: ${missing.join(', ')}`,
    'Give the user a profile with readonly = 2, or one that sets them to 1.',
  );
}

/** Bounds on what a question may cost the server: it spills to disk before it fails, and stops when nobody waits any more. */
function limitsOf({ timeoutMs, memoryBytes }: ClickHouseAddress): ClickHouseSettings {
  const spillAt = String(Math.floor(memoryBytes * SPILL_SHARE));
  return {
    max_execution_time: Math.ceil(timeoutMs / 1000),
    cancel_http_readonly_queries_on_client_close: 1,
    max_memory_usage: String(memoryBytes),
    max_bytes_before_external_group_by: spillAt,
    max_bytes_before_external_sort: spillAt,
    max_query_size: String(QUERY_BYTES),
  };
}

async function* streamRows(
  client: ClickHouseClient,
  address: ClickHouseAddress,
  sql: string,
  parameters: Parameters = {},
  settings: ClickHouseSettings = {},
): AsyncGenerator<Record<string, unknown>[]> {
  try {
    const result = await client.query({
      query: bind(sql, parameters),
      query_params: parameters,
      format: 'JSONCompactEachRowWithNamesAndTypes',
      clickhouse_settings: settings,
    });
    let names: string[] | undefined;
    let readers: ((value: unknown) => unknown)[] | undefined;
    for await (const chunk of result.stream<unknown[]>()) {
      const rows: Record<string, unknown>[] = [];
      for (const row of chunk) {
        const values = readRow(row);
        if (!names) names = values as string[];
        else if (!readers) readers = (values as string[]).map(readerOf);
        else rows.push(toRow(names, readers, values));
      }
      if (rows.length > 0) yield rows;
    }
  } catch (error) {
    throw explainError(error, address);
  }
}

/** A server that fails half-way writes the error where the next row would be. */
function readRow(row: { readonly text: string; json<T>(): T }): unknown[] {
  const [failure, code] = /Code: (\d+)\. DB::Exception: .*/.exec(row.text.startsWith('[') ? '' : row.text) ?? [];
  if (failure !== undefined) throw Object.assign(new Error(failure), { code });
  return row.json<unknown[]>();
}

function toRow(names: readonly string[], readers: readonly ((value: unknown) => unknown)[], values: readonly unknown[]) {
  return Object.fromEntries(names.map((name, index) => [name, readers[index]!(values[index])]));
}

/** 64-bit integers, and numbers that are none, come as text. */
function readerOf(type: string): (value: unknown) => unknown {
  if (/^(?:Nullable\(|LowCardinality\()*U?Int(?:64|128|256)/.test(type))
    return (value) => (value === null ? null : Number(value));
  return (value) => value;
}

/** Writes `$name` as ClickHouse does, with the type of the value. */
function bind(sql: string, parameters: Parameters): string {
  return sql.replaceAll(/\$([A-Za-z]\w*)/g, (all, name: string) => {
    const value = parameters[name];
    return value === undefined ? all : `{${name}:${typeOf(value)}}`;
  });
}

function typeOf(value: Parameter): string {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'Int64' : 'Float64';
  if (typeof value === 'boolean') return 'Bool';
  if (value === null) return 'Nullable(String)';
  return typeof value === 'string' ? 'String' : 'Array(String)';
}

async function collect(chunks: AsyncIterable<Record<string, unknown>[]>): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for await (const chunk of chunks) for (const row of chunk) rows.push(row);
  return rows;
}
