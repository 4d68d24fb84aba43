import type { CliCommand } from './command.ts';

/** Every command, in the order `crawlscope --help` shows them. */
export const COMMANDS: readonly CliCommand<never>[] = [];
