import { CrawlscopeError } from '../errors.ts';
import type { Window } from './analysis.ts';

const DAY_MS = 86_400_000;
const WEEK_US = 7 * DAY_MS * 1000;

/** The window of an ISO 8601 week such as `2026-W47`: Monday to Monday, UTC; throws `BAD_WEEK`. */
export function parseWeek(text: string): Window {
  const match = /^(\d{4})-?W(\d{2})$/i.exec(text.trim());
  const [year, week] = [Number(match?.[1]), Number(match?.[2])];
  const fromUs = match ? mondayOfWeekOne(year) * 1000 + (week - 1) * WEEK_US : Number.NaN;
  if (!match || week < 1 || fromUs >= mondayOfWeekOne(year + 1) * 1000) {
    throw new CrawlscopeError('BAD_WEEK', `there is no week ${JSON.stringify(text)}`, 'Give an ISO week such as 2026-W47.');
  }
  return { fromUs, toUs: fromUs + WEEK_US };
}

/** The last ISO week that was over at a time. */
export function lastCompleteWeek(nowUs: number): Window {
  const midnight = Math.floor(nowUs / 1000 / DAY_MS) * DAY_MS;
  const monday = (midnight - ((new Date(midnight).getUTCDay() + 6) % 7) * DAY_MS) * 1000;
  return { fromUs: monday - WEEK_US, toUs: monday };
}

/** The seven days before a time. */
export function lastSevenDays(nowUs: number): Window {
  return { fromUs: nowUs - WEEK_US, toUs: nowUs };
}

/** Week 1 is the one with 4 January in it. */
function mondayOfWeekOne(year: number): number {
  const fourth = Date.UTC(year, 0, 4);
  return fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS;
}
