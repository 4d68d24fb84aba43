import { createHash } from 'node:crypto';
import { CrawlscopeError, errorMessage } from '../errors.ts';
import type { DuckDbStore } from './duckdb.ts';
import { SCHEMA_VERSION, tableStatements } from './schema.ts';
import { viewStatements } from './views.ts';

const STATEMENTS = [...tableStatements(), ...viewStatements()];
/** Tells stores apart whose tables or views are defined in another way, also within a version. */
const DEFINITION = createHash('sha256').update(STATEMENTS.join('\n')).digest('hex');

/** True where the store has the tables and views as they are defined here: defining them again at every opening takes time. */
export async function isDefined(store: DuckDbStore): Promise<boolean> {
  return (await readValue(store, 'SELECT definition AS value FROM store_definition')) === DEFINITION;
}

/** Creates what is missing of the tables, and all views. */
export async function define({ connection }: DuckDbStore): Promise<void> {
  const mark = `CREATE OR REPLACE TABLE store_definition AS SELECT '${DEFINITION}' AS definition`;
  // At once: a transaction for each would be written to disk one by one.
  await connection.run(['BEGIN TRANSACTION', ...STATEMENTS, mark, 'COMMIT'].join(';\n'));
}

/** Rejects with `STORE_VERSION` where the tables are of another version; a store without one has no tables yet. */
export async function checkVersion(store: DuckDbStore, path: string): Promise<void> {
  const version = await readValue(store, 'SELECT version AS value FROM store_version');
  if (version === undefined || version === SCHEMA_VERSION) return;
  throw new CrawlscopeError(
    'STORE_VERSION',
    `the store ${path} has version ${version}, this crawlscope reads version ${SCHEMA_VERSION}`,
    'Delete the store: it is rebuilt from the files by the next command.',
  );
}

/** The value of a table with one row, undefined where there is no such table. */
async function readValue(store: DuckDbStore, sql: string): Promise<string | number | undefined> {
  try {
    const [row] = await store.query<{ value: string | number }>(sql);
    return row?.value;
  } catch (error) {
    if (/table with name .* does not exist/i.test(errorMessage(error))) return undefined;
    throw error;
  }
}
