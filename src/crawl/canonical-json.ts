/** JSON with the keys of every object sorted, so that equal values give equal text; cycles and other types become fixed words. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(canonical(value, []));
}

function canonical(value: unknown, parents: readonly object[]): unknown {
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') return String(value);
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (parents.includes(value)) return '[circular]';
  const within = [...parents, value];
  if (Array.isArray(value)) return value.map((item) => canonical(item, within));
  if (value instanceof Map || value instanceof Set) return canonical([...value], within);
  if (value instanceof Date || value instanceof RegExp || value instanceof URL) return String(value);
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, canonical((value as Record<string, unknown>)[key], within)]));
}
