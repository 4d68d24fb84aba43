import type { CliCommand } from './command.ts';
import { trace } from './trace.ts';

/** Every command, in the order `crawlscope --help` shows them. */
export const COMMANDS: readonly CliCommand<never>[] = [trace];
