import type { Figure, Window } from './analysis.ts';

/** How many stretches of the window's length a figure looks at: the window, the four of its average and three more for the trend. */
const PERIODS = 8;
const AVERAGED = 4;

/** A row of a query grouped by `period`, 0 the oldest. */
export type PeriodRow<Values extends object> = { readonly period: number } & Values;

/**
 * SQL: the number of the period that a time column within `inPeriods` falls in; needs the parameters of `periodParameters`. Compared,
 * not divided: that takes a third of the time.
 */
export function periodOf(column: string): string {
  const ends = Array.from(
    { length: PERIODS - 1 },
    (_, period) => `WHEN ${column} < $first + ${period + 1} * $length THEN ${period}`,
  );
  return `CASE ${ends.join(' ')} ELSE ${PERIODS - 1} END`;
}

/** SQL: the condition that a time column falls into any period. */
export function inPeriods(column: string): string {
  return `${column} >= $first AND ${column} < $to`;
}

/** Parameters of queries over periods: `$first`, `$length`, and the window's `$from` and `$to`; microseconds. */
export function periodParameters(window: Window): { first: number; length: number; from: number; to: number } {
  const length = window.toUs - window.fromUs;
  return { first: window.toUs - PERIODS * length, length, from: window.fromUs, to: window.toUs };
}

/** The window before this one, of the same length. */
export function previousWindow({ fromUs, toUs }: Window): Window {
  return { fromUs: fromUs - (toUs - fromUs), toUs: fromUs };
}

/** One column of a grouped result by period, oldest first; a period without rows is null. */
export function valuesByPeriod<Values extends object>(
  rows: readonly PeriodRow<Values>[],
  select: (row: PeriodRow<Values>) => number | null,
): (number | null)[] {
  const values = Array.from({ length: PERIODS }, (): number | null => null);
  for (const row of rows) if (row.period >= 0 && row.period < PERIODS) values[row.period] = select(row);
  return values;
}

/** A figure with the last period as its value and the ones before as what to compare it to. */
export function toFigure(
  about: Pick<Figure, 'id' | 'label' | 'unit'> & { readonly target?: Figure['target'] | undefined },
  values: readonly (number | null)[],
): Figure {
  const { target, ...rest } = about;
  const trend = values.map((value) => value && roundSum(value));
  const before = trend.slice(-1 - AVERAGED, -1).filter((value) => value !== null);
  return {
    ...rest,
    value: trend.at(-1) ?? null,
    previous: trend.at(-2) ?? null,
    average: before.length > 0 ? roundSum(before.reduce((sum, value) => sum + value, 0) / before.length) : null,
    ...(target && { target }),
    trend,
  };
}

/** A database adds up in any order, which shows in the last digits; a report has to be the same every time. */
function roundSum(value: number): number {
  return Number(value.toPrecision(10));
}

/** A ratio, or null where there is nothing to divide by. */
export function share(part: number | null | undefined, whole: number | null | undefined): number | null {
  return whole ? (part ?? 0) / whole : null;
}

/** True where a figure is on the wrong side of its target. */
export function missesTarget(figure: Pick<Figure, 'value' | 'target'>): boolean {
  if (!figure.target || figure.value === null) return false;
  return figure.target.direction === 'above' ? figure.value > figure.target.limit : figure.value < figure.target.limit;
}
