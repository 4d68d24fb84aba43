import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Names a configuration is looked for under, first to last. */
const NAMES = ['ts', 'mts', 'js', 'mjs', 'json'].map((extension) => `crawlscope.config.${extension}`);

/** The path of the configuration: `named`, else `$CRAWLSCOPE_CONFIG`, else `crawlscope.config.*` of `folder`; undefined where there is none. */
export function findConfigFile(folder: string, named: string | undefined = process.env['CRAWLSCOPE_CONFIG']): string | undefined {
  if (named !== undefined && named !== '') return resolve(folder, named);
  return NAMES.map((name) => resolve(folder, name)).find((file) => existsSync(file));
}

/** What a configuration file exports by default, or its JSON; nothing in it is checked. */
export async function readConfigFile(path: string): Promise<unknown> {
  if (path.endsWith('.json')) return JSON.parse(readFileSync(path, 'utf8'));
  const loaded = (await import(pathToFileURL(path).href)) as { default?: unknown };
  if (loaded.default === undefined) throw new Error('it has no default export; write `export default defineConfig({ ... })`');
  return loaded.default;
}
