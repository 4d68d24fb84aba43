/** Rows in an order of their own, each as what it says: every engine returns them as it likes. */
export function sortRows(rows: readonly Record<string, unknown>[]): unknown[] {
  return rows
    .map((row) => round(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]))))
    .toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function key(row: unknown): string {
  const { start_us: start, time_us: time, span_id: span, name, instance, attributes } = row as Record<string, unknown>;
  return JSON.stringify([start, time, span, name, instance, Object.entries(attributes ?? {}).toSorted()]);
}

/** JSON text as what it says; ClickHouse knows no NULL list. */
function plain(value: unknown): unknown {
  if (typeof value === 'string' && /^(?:\[|\{"|\{\}$)/.test(value)) return JSON.parse(value) as unknown;
  return Array.isArray(value) && value.length === 0 ? null : value;
}

/** The output of a command, with its numbers rounded. */
export function parse(out: string): unknown {
  try {
    return round(JSON.parse(out));
  } catch {
    return out.split('\n').map((line) => (/^[[{]/.test(line) ? round(JSON.parse(line)) : line));
  }
}

/** Engines add up in different orders, which shows in the last of sixteen digits. */
export function round(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, each: unknown) =>
    typeof each === 'number' ? Number(each.toPrecision(12)) : each,
  ) as unknown;
}

/** One unit of the tenth digit, to which the report rounds: a sum just between two of them falls to either side by the order of adding. */
const TOLERANCE = 1e-9;

/** `theirs` with the fractions of `ours` wherever both are the same but for the last digit that the report shows. */
export function settle(theirs: unknown, ours: unknown): unknown {
  if (typeof theirs === 'number' && typeof ours === 'number' && !Number.isInteger(ours)) {
    return Math.abs(theirs - ours) <= TOLERANCE * Math.abs(ours) ? ours : theirs;
  }
  if (Array.isArray(theirs) && Array.isArray(ours)) return theirs.map((value, at) => settle(value, (ours as unknown[])[at]));
  if (!isObject(theirs) || !isObject(ours)) return theirs;
  return Object.fromEntries(Object.entries(theirs).map(([key, value]) => [key, settle(value, ours[key])]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
