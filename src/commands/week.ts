import { type Command, Option } from 'commander';
import type { Window } from '../analyses/analysis.ts';
import { lastSevenDays, parseWeek } from '../analyses/iso-week.ts';
import { parseDuration } from './option-values.ts';

/** The options of commands that look at the days up to now. */
export interface WeekOptions {
  /** An ISO week; true where the option has no value. */
  readonly week?: string | true;
  /** Microseconds. */
  readonly recent?: number;
  readonly now: number;
}

/** Adds `--week` and `--recent`; without either, the last seven days are meant. */
export function addWeekOptions(command: Command): void {
  command
    .addOption(new Option('--week [week]', 'ISO week, such as 2026-W47 (default: the last seven days)').conflicts('recent'))
    .option('--recent <time>', 'the time up to now instead (36h, 7d, 4w)', parseDuration);
}

/** The window that the options name. */
export function weekWindow({ week, recent, now }: WeekOptions): Window {
  if (typeof week === 'string') return parseWeek(week);
  return recent === undefined ? lastSevenDays(now) : { fromUs: now - recent, toUs: now };
}
