import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CrawlscopeError, errorMessage } from './errors.ts';

const NAMES = ['ts', 'mts', 'js', 'mjs', 'json'].map((extension) => `crawlscope.config.${extension}`);

/** A configuration as loaded, and the file it came from (`null` where there is none). */
export interface LoadedConfig<Config extends object> {
  readonly config: Config;
  readonly file: string | null;
}

/**
 * Loads `crawlscope.config.{ts,mts,js,mjs,json}` of `folder`, or the file `path`. Rejects with `BAD_CONFIG` on a file that cannot be
 * loaded or holds no object; its fields are not checked here.
 */
export async function loadConfigFile<Config extends object>(
  path?: string,
  folder: string = process.cwd(),
): Promise<LoadedConfig<Config>> {
  const file =
    path === undefined ? NAMES.map((name) => join(folder, name)).find((name) => existsSync(name)) : resolve(folder, path);
  if (file === undefined) return { config: {} as Config, file: null };
  const config = await readConfig(file).catch((cause: unknown) => {
    throw new CrawlscopeError(
      'BAD_CONFIG',
      `cannot load ${file}: ${errorMessage(cause)}`,
      'Correct the file, or name another with --config.',
      { cause },
    );
  });
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new CrawlscopeError(
      'BAD_CONFIG',
      `${file} holds no configuration object`,
      'Write `export default defineConfig({ ... })`.',
    );
  }
  return { config: config as Config, file };
}

async function readConfig(file: string): Promise<unknown> {
  if (file.endsWith('.json')) return JSON.parse(await readFile(file, 'utf8'));
  return ((await import(pathToFileURL(file).href)) as { default?: unknown }).default;
}
