/** A JSON object of unknown shape. */
export type Json = Readonly<Record<string, unknown>>;

const EMPTY: Json = {};
const NOTHING: readonly unknown[] = [];

/** The value as an object; an empty one where it is something else. */
export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : EMPTY;
}

/** The value as a list; an empty one where it is something else. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : NOTHING;
}

/** The value where it is a string. */
export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** The number of a JSON number or of OTLP's string of a 64-bit integer; null where it is none or not finite. */
export function number(value: unknown): number | null {
  if (typeof value !== 'number' && (typeof value !== 'string' || value === '')) return null;
  const result = Number(value);
  return Number.isFinite(result) ? result : null;
}

/** The value as an integer, 0 where it is none. */
export function integer(value: unknown): number {
  return Math.trunc(number(value) ?? 0);
}

export function bool(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

/** Microseconds of a count of nanoseconds, written as a string because it exceeds a double's precision; null where it is none. */
export function nanosToMicros(value: unknown): number | null {
  if (typeof value === 'string') return /^\d{1,20}$/.test(value) ? Number(value.slice(0, -3)) : null;
  return typeof value === 'number' && Number.isFinite(value) ? Math.floor(value / 1000) : null;
}

/** Nanoseconds from `start` to `end`, exact where both are strings; 0 where one is missing or they run backwards. */
export function nanosBetween(start: unknown, end: unknown): number {
  if (typeof start !== 'string' || typeof end !== 'string') return Math.max(0, (number(end) ?? 0) - (number(start) ?? 0)) || 0;
  const difference =
    (Number(end.slice(0, -9)) - Number(start.slice(0, -9))) * 1e9 + Number(end.slice(-9)) - Number(start.slice(-9));
  return difference > 0 ? difference : 0;
}
