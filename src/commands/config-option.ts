import type { Command } from 'commander';
import type { MonitorConfig } from '../alert-config.ts';
import { findConfigFile, readConfigFile } from '../config-file.ts';
import { CrawlscopeError, errorMessage } from '../errors.ts';

/** The option of every command that reads `crawlscope.config`. */
export interface ConfigOption {
  readonly config?: string;
}

/** Adds `--config`. */
export function addConfigOption(command: Command): Command {
  return command.option('--config <file>', 'configuration (default: crawlscope.config.{ts,mts,js,mjs,json} of this folder)');
}

/**
 * Loads the file of `--config`, or the one of the current folder; an empty configuration where there is none. Rejects with
 * `BAD_CONFIG` on a file that cannot be loaded.
 */
export async function loadConfig(
  options: ConfigOption,
): Promise<{ readonly config: MonitorConfig; readonly file: string | null }> {
  const file = findConfigFile(process.cwd(), options.config);
  if (file === undefined) return { config: {}, file: null };
  const config = await readConfigFile(file).catch((cause: unknown) => {
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
  return { config, file };
}
