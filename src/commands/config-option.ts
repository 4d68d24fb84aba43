import type { Command } from 'commander';
import type { MonitorConfig } from '../alert-config.ts';
import { type LoadedConfig, loadConfigFile } from '../config-file.ts';

/** The option of every command that reads `crawlscope.config`. */
export interface ConfigOption {
  readonly config?: string;
}

/** Adds `--config`. */
export function addConfigOption(command: Command): Command {
  return command.option('--config <file>', 'configuration (default: crawlscope.config.{ts,mts,js,mjs,json} of this folder)');
}

/** Loads the file of `--config`, or the one of the current folder; an empty configuration where there is none. */
export async function loadConfig(options: ConfigOption): Promise<LoadedConfig<MonitorConfig>> {
  return loadConfigFile<MonitorConfig>(options.config);
}
