import type { Cell, Column } from '../analyses/analysis.ts';

/** What stands for a missing value. */
export const MISSING = '–';

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A figure's value with its UCUM unit, as a reader expects it: `95.6 %`, `1.2 s`, `3,510`. */
export function formatQuantity(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  if (unit === '1') return `${(value * 100).toFixed(1)} %`;
  if (unit === 'By') return formatBytes(value);
  if (unit === 'ms') return formatDuration(value);
  if (unit === 's') return formatDuration(value * 1000);
  const counted = /^\{.*\}$/.test(unit);
  if (unit === '') return formatNumber(value, 3);
  if (counted) return formatNumber(value, 1);
  return `${formatNumber(value, 2)} ${unit.replaceAll(/\{(.*?)\}/g, '$1')}`.replace(/ page\/s$/, ' pages/s');
}

/** A table cell as plain text, not yet escaped. */
export function formatCell(cell: Cell, type: Column['type']): string {
  if (cell === null) return MISSING;
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  if (typeof cell === 'string') return cell;
  if (type === 'ratio') return formatQuantity(cell, '1');
  if (type === 'duration_ms') return formatQuantity(cell, 'ms');
  if (type === 'bytes') return formatQuantity(cell, 'By');
  if (type === 'time_us') return formatTime(cell);
  return formatNumber(cell, type === 'count' ? 0 : 3);
}

/** Minutes are enough for a reader: `2026-11-22 02:14` (UTC). */
export function formatTime(us: number): string {
  return new Date(us / 1000).toISOString().slice(0, 16).replace('T', ' ');
}

/** Milliseconds in the unit that keeps them short: `340 ms`, `1.2 s`, `3 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  if (Math.abs(milliseconds) < 1) return `${formatNumber(milliseconds, 2)} ms`;
  if (Math.abs(milliseconds) < 999.5) return `${formatNumber(milliseconds, milliseconds < 10 ? 1 : 0)} ms`;
  if (Math.abs(milliseconds) < 119_500) return `${formatNumber(milliseconds / 1000, milliseconds < 10_000 ? 2 : 1)} s`;
  const minutes = Math.floor(milliseconds / 60_000);
  return minutes < 120
    ? `${minutes} min ${Math.floor((milliseconds % 60_000) / 1000)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function formatBytes(bytes: number): string {
  const power = bytes === 0 ? 0 : Math.min(Math.floor(Math.log10(Math.abs(bytes)) / 3), BYTE_UNITS.length - 1);
  return `${formatNumber(bytes / 1000 ** power, power === 0 ? 0 : 1)} ${BYTE_UNITS[power]}`;
}

function formatNumber(value: number, digits: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
