/** An attribute's value as text: lists and maps as JSON, `fallback` where it is missing. */
export function attributeText(value: unknown, fallback: string): string {
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'string') return value;
  return JSON.stringify(value) ?? fallback;
}
