import type { Command } from 'commander';
import type { Window } from '../analyses/analysis.ts';
import { parseDuration } from './option-values.ts';

/** The options of commands that look at the days up to now. */
export interface WeekOptions {
  /** Microseconds; a week without `--recent`. */
  readonly recent: number;
  readonly now: number;
}

/** Adds `--week` (the default, said aloud) and `--recent`. */
export function addWeekOptions(command: Command): void {
  command
    .option('--week', 'the last seven days (the default)')
    .option('--recent <time>', 'another length of time up to now (36h, 7d, 4w)', parseDuration, parseDuration('7d'));
}

/** The window that the options name. */
export function weekWindow({ recent, now }: WeekOptions): Window {
  return { fromUs: now - recent, toUs: now };
}
