import type { Figure, Status } from '../analyses/analysis.ts';
import { formatQuantity, formatTime, MISSING } from './format.ts';
import type { Report } from './report.ts';

/** What a user may choose about the rendering. */
export interface RenderOptions {
  /** Base URL of a Jaeger UI; trace ids become links to it. */
  readonly jaeger?: string;
}

/** Words for the state of a section; a colour alone tells nobody who cannot see it. */
export const STATUS_LABELS: Readonly<Record<Status, string>> = {
  ok: 'OK',
  warning: 'Needs attention',
  alert: 'Act now',
  unknown: 'No data',
  error: 'Failed',
};

/** What the columns of a figure are called. */
export interface PeriodWords {
  readonly now: string;
  readonly before: string;
  readonly average: string;
}

/** Weeks are called weeks, other times are not. */
export function periodWords(report: Pick<Report, 'window'>): PeriodWords {
  return lengthDays(report) === 7
    ? { now: 'This week', before: 'Last week', average: '4-week average' }
    : { now: 'Now', before: 'Before', average: 'Average of 4 before' };
}

/** `Crawl report, week 2026-W47`, or the two times where it is no ISO week. */
export function titleOf(report: Pick<Report, 'window'>): string {
  const from = new Date(report.window.from);
  const isWeek = lengthDays(report) === 7 && from.getUTCDay() === 1 && from.getTime() % DAY_MS === 0;
  return isWeek ? `Crawl report, week ${isoWeek(from)}` : `Crawl report, ${describeWindow(report)}`;
}

/** `2026-11-16 00:00 to 2026-11-23 00:00 UTC`. */
function describeWindow(report: Pick<Report, 'window'>): string {
  const { from, to } = report.window;
  return `${formatTime(Date.parse(from) * 1000)} to ${formatTime(Date.parse(to) * 1000)} UTC`;
}

const DAY_MS = 86_400_000;

function lengthDays(report: Pick<Report, 'window'>): number {
  return (Date.parse(report.window.to) - Date.parse(report.window.from)) / DAY_MS;
}

/** A week belongs to the year of its Thursday. */
function isoWeek(monday: Date): string {
  const year = new Date(monday.getTime() + 3 * DAY_MS).getUTCFullYear();
  const week = Math.floor((monday.getTime() + 3 * DAY_MS - Date.UTC(year, 0, 1)) / DAY_MS / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** The address of a trace in Jaeger, when one is set up and the id is an id. */
export function traceUrl(traceId: string, options: RenderOptions): string | undefined {
  if (options.jaeger === undefined || !/^[0-9a-f]{1,32}$/i.test(traceId)) return undefined;
  return `${options.jaeger.replace(/\/+$/, '')}/trace/${traceId}`;
}

/** `at most 10 %`, or a dash. */
export function describeTarget(figure: Figure): string {
  if (!figure.target) return MISSING;
  return `${figure.target.direction === 'above' ? 'at most' : 'at least'} ${formatQuantity(figure.target.limit, figure.unit)}`;
}
