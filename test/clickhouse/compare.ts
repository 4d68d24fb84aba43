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
