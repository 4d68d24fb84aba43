import { jsonText } from './json-text.ts';

/** The number that a value is or spells. */
export function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** The text of a value of any type, as the database can hold it. */
export function cellText(value: unknown): string {
  if (typeof value === 'string') return wellFormed(value);
  if (value === null || value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return '';
  return typeof value === 'object' ? jsonText(value) : String(value);
}

/** A text without NUL characters and lone surrogates, which UTF-8 in the database cannot hold. */
function wellFormed(text: string): string {
  return (text.includes('\u0000') ? text.replaceAll('\u0000', '\uFFFD') : text).toWellFormed();
}
