import { InvalidArgumentError } from 'commander';

const DAY_US = 86_400_000_000;
const UNITS_US: Readonly<Record<string, number>> = { h: DAY_US / 24, d: DAY_US, w: 7 * DAY_US };

/** Reads `7d`, `36h` or `4w` as microseconds; anything else is a usage error. */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([hdw])$/.exec(text.trim()) ?? [];
  const length = Number(amount) * (UNITS_US[unit ?? ''] ?? 0);
  if (!(length > 0)) throw new InvalidArgumentError('Give a length of time such as 36h, 7d or 4w.');
  return length;
}

/** Reads a positive whole number; anything else is a usage error. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError('Give a whole number of at least 1.');
  return count;
}
