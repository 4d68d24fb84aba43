import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Window } from '../analyses/analysis.ts';
import { lastCompleteWeek, lastSevenDays, parseWeek } from '../analyses/iso-week.ts';
import { CrawlscopeError } from '../errors.ts';
import type { Store } from '../store/store.ts';

/** The options of commands about a stretch of time. */
export interface WindowOptions {
  readonly week?: string;
  /** Microseconds since the Unix epoch. */
  readonly from?: number;
  readonly to?: number;
  readonly now: number;
}

/** Adds `--week`, `--from` and `--to`. */
export function addWindowOptions(command: Command): void {
  command
    .addOption(new Option('--week <week>', 'ISO week, such as 2026-W47').conflicts(['from', 'to']))
    .addOption(new Option('--from <time>', 'start, ISO 8601 (UTC where no zone is given)').argParser(parseTime))
    .addOption(new Option('--to <time>', 'end, not included (default: now)').argParser(parseTime));
}

/**
 * The window asked for. Without options: the last complete ISO week, or where that has no page, the last seven days. `note` says
 * what was chosen and why, where that is not what one would expect.
 */
export async function chooseWindow(store: Store, options: WindowOptions): Promise<{ window: Window; note: string }> {
  if (options.week !== undefined || options.from !== undefined || options.to !== undefined) {
    return { window: explicitWindow(options), note: '' };
  }
  const week = lastCompleteWeek(options.now);
  if (await hasPages(store, week)) return { window: week, note: '' };
  const days = lastSevenDays(options.now);
  if (await hasPages(store, days))
    return { window: days, note: 'The last complete week has no pages, so this covers the last seven days.' };
  const [newest] = await store.query<{ at: number | null }>('SELECT max(start_us) AS at FROM pages');
  const hint = newest?.at
    ? ` The newest page is of ${new Date(newest.at / 1000).toISOString().slice(0, 10)}: choose its week with --week.`
    : '';
  return { window: week, note: `There are no pages in this week.${hint}` };
}

/** The window of `--week`, or of `--from` and `--to`. */
export function explicitWindow(options: WindowOptions): Window {
  if (options.week !== undefined) return parseWeek(options.week);
  const toUs = options.to ?? options.now;
  const fromUs = options.from ?? lastSevenDays(toUs).fromUs;
  if (fromUs >= toUs) {
    throw new CrawlscopeError('EMPTY_WINDOW', 'the window ends before it starts', 'Give a --from that is earlier than --to.');
  }
  return { fromUs, toUs };
}

async function hasPages(store: Store, window: Window): Promise<boolean> {
  const rows = await store.query('SELECT 1 AS found FROM pages WHERE start_us >= $from AND start_us < $to LIMIT 1', {
    from: window.fromUs,
    to: window.toUs,
  });
  return rows.length > 0;
}

function parseTime(text: string): number {
  const zoned = /^\d{4}-\d{2}-\d{2}T[\d:.]+$/.test(text) ? `${text}Z` : text;
  const milliseconds = Date.parse(zoned);
  if (Number.isNaN(milliseconds)) throw new InvalidArgumentError('Give a time such as 2026-11-16 or 2026-11-16T09:00:00Z.');
  return milliseconds * 1000;
}
