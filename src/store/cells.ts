import type { PackedColumn } from './columns.ts';
import { packTexts, startValidity, type Texts } from './texts.ts';

const TWO_32 = 2 ** 32;
const TWO_63 = 2 ** 63;

/** A column of 64-bit numbers; what is none is NULL. */
export function packNumbers(type: 'int' | 'double', values: readonly unknown[]): PackedColumn {
  const doubles = new Float64Array(values.length);
  const words = new Int32Array(doubles.buffer);
  const valid = startValidity(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = toNumber(values[row]);
    if (value === null || (type === 'int' && Math.abs(value) >= TWO_63)) valid.setNull(row);
    else if (type === 'double') doubles[row] = value;
    else {
      const whole = Math.round(value);
      words[row * 2] = whole % TWO_32;
      words[row * 2 + 1] = Math.floor(whole / TWO_32);
    }
  }
  return { data: doubles.buffer, valid: valid.bits() };
}

/** A column of hashes; none is NULL. */
export function packKeys(values: readonly unknown[]): PackedColumn {
  const keys = new BigUint64Array(values.length);
  for (let row = 0; row < values.length; row++) keys[row] = values[row] as bigint;
  return { data: keys.buffer, valid: undefined };
}

export function packBooleans(values: readonly unknown[]): PackedColumn {
  const bytes = new Uint8Array(values.length);
  const valid = startValidity(values.length);
  for (const [row, value] of values.entries()) {
    if (value === true || value === 'true') bytes[row] = 1;
    else if (value !== false && value !== 'false') valid.setNull(row);
  }
  return { data: bytes.buffer, valid: valid.bits() };
}

/** A column of lists; what is none is NULL. */
export function packLists(type: 'string[]' | 'double[]', values: readonly unknown[], texts: Texts): PackedColumn {
  const entries = new BigUint64Array(values.length * 2);
  const valid = startValidity(values.length);
  const elements: unknown[] = [];
  for (const [row, value] of values.entries()) {
    if (!Array.isArray(value)) {
      valid.setNull(row);
      continue;
    }
    entries[row * 2] = BigInt(elements.length);
    entries[row * 2 + 1] = BigInt(value.length);
    for (const element of value) elements.push(element);
  }
  const child = type === 'string[]' ? packTexts(elements, texts, true) : packNumbers('double', elements);
  return { data: entries.buffer, valid: valid.bits(), child: { ...child, rows: elements.length } };
}

function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
