import type { Section } from '../analyses/analysis.ts';
import { renderSection } from '../report/terminal.ts';
import type { Io } from './command.ts';

/** Prints an analysis: its result as JSON, or its section as text. */
export function printSection<R>(io: Io, json: boolean, result: R, describe: (result: R) => Section): void {
  io.out(json ? `${JSON.stringify(result, null, 2)}\n` : renderSection(describe(result), io.colors));
}
