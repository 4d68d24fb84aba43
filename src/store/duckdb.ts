import type * as DuckDbApi from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { setTimeout as sleep } from 'node:timers/promises';
import { CrawlscopeError, errorMessage } from '../errors.ts';
import type { Parameter, Store } from './store.ts';

/** An open DuckDB file: a `Store`, and the connection that writes to it. */
export interface DuckDbStore extends Store {
  readonly engine: 'duckdb';
  readonly connection: DuckDBConnection;
}

/** How to open a DuckDB file. */
export interface DuckDbOptions {
  readonly readOnly?: boolean;
  /** How long to wait for another process that holds the file; milliseconds. */
  readonly waitMs?: number;
}

const WAIT_MS = 20_000;
/** What the engine holds in memory before it spills to disk. */
export const MEMORY_LIMIT = '300MB';
/** Bytes of the log above which it is put into the tables. */
export const CHECKPOINT_THRESHOLD = '1GB';
const SETTINGS = {
  threads: '2',
  memory_limit: MEMORY_LIMIT,
  preserve_insertion_order: 'false',
  checkpoint_threshold: CHECKPOINT_THRESHOLD,
};

/** Loads the database engine, which is an optional dependency; rejects with `MISSING_PACKAGE`. */
async function loadDuckDb(): Promise<typeof DuckDbApi> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    throw new CrawlscopeError(
      'MISSING_PACKAGE',
      `the database package @duckdb/node-api cannot be loaded: ${errorMessage(error).split('\n')[0]}`,
      'Install it: npm install @duckdb/node-api (or install crawlscope without --omit=optional).',
      { cause: error },
    );
  }
}

/** Opens (or creates) the DuckDB file at `path`, or a database in memory at `:memory:`. */
export async function openDuckDb(path: string, options: DuckDbOptions = {}): Promise<DuckDbStore> {
  const api = await loadDuckDb();
  const instance = await openInstance(api, path, options);
  const connection = await instance.connect();
  return {
    engine: 'duckdb',
    connection,
    query: async <R extends object>(sql: string, parameters?: Readonly<Record<string, Parameter>>) => {
      // Not streamed: several queries at once would end each other's streams.
      const reader = await connection.runAndReadAll(sql, bind(api, sql, parameters));
      return reader.getRowObjectsJS().map((row) => plain(row) as R);
    },
    stream: async function* <R extends object>(sql: string, parameters?: Readonly<Record<string, Parameter>>) {
      // A connection of its own: another query on a connection ends the one that streams.
      const own = await instance.connect();
      try {
        const result = await own.stream(sql, bind(api, sql, parameters));
        for await (const chunk of result.yieldRowObjectJs()) yield chunk.map((row) => plain(row) as R);
      } finally {
        own.closeSync();
      }
    },
    close: async () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function openInstance(
  api: typeof DuckDbApi,
  path: string,
  { readOnly = false, waitMs = WAIT_MS }: DuckDbOptions,
): Promise<DuckDBInstance> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    try {
      return await api.DuckDBInstance.create(path, { ...SETTINGS, ...(readOnly && { access_mode: 'READ_ONLY' }) });
    } catch (error) {
      const message = errorMessage(error);
      const locked = /set lock on file/i.test(message);
      if (!locked) {
        const next = 'Check the path given with --store; a damaged store can be deleted, it is rebuilt from the files.';
        throw new CrawlscopeError('STORE_UNREADABLE', `cannot open the store ${path}: ${message}`, next, { cause: error });
      }
      if (Date.now() >= deadline) {
        const holder = /PID (\d+)/.exec(message)?.[1];
        const who = holder === undefined ? 'another process' : `process ${holder}`;
        const next = 'Wait until it is done, or give this command a store of its own with --store.';
        throw new CrawlscopeError('STORE_LOCKED', `the store ${path} is in use by ${who}`, next, { cause: error });
      }
      await sleep(100);
    }
  }
}

/** Binds only the parameters that the statement names: DuckDB refuses others. */
function bind(
  api: typeof DuckDbApi,
  sql: string,
  parameters: Readonly<Record<string, Parameter>> = {},
): Record<string, DuckDBValue> {
  const bound: Record<string, DuckDBValue> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (!new RegExp(`\\$${name}\\b`).test(sql)) continue;
    if (typeof value === 'number' && Number.isSafeInteger(value)) bound[name] = BigInt(value);
    else bound[name] = Array.isArray(value) ? api.listValue([...value]) : (value as DuckDBValue);
  }
  return bound;
}

function plain(row: Record<string, unknown>): Record<string, unknown> {
  for (const name in row) row[name] = plainValue(row[name]);
  return row;
}

function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  return Array.isArray(value) ? value.map(plainValue) : value;
}
