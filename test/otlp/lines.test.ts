import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLines } from '../../src/otlp/lines.ts';
import { hex, otlpSpan, traceLine } from './samples.ts';

function parse(bytes: Buffer, final = true) {
  const records: { value: object; start: number; end: number }[] = [];
  return { records, ...parseLines({ bytes, final }, (record) => records.push(record)) };
}

const line = (id: number): string =>
  traceLine(otlpSpan({ spanId: hex(id, 16), attributes: { 'url.full': 'https://e.org/{"resourceSpans":' } }));

test('glued lines, NULs, blank lines, a byte order mark and a missing last newline lose no record', () => {
  const { records, gaps } = parse(Buffer.from(`\uFEFF${line(1)}${line(2)}\n\n\r\n\0\0\0${line(3)}\r\n${line(4)}`));
  expect(records.map(({ value }) => JSON.stringify(value))).toEqual([1, 2, 3, 4].map(line));
  expect(gaps.map(({ bytes, reason }) => [bytes, reason])).toEqual([
    [3, 'garbage before a record'],
    [3, 'NUL bytes'],
  ]);
});

test('the partial line of a killed process is skipped where the next record is glued to it', () => {
  const partial = line(1).slice(0, 70);
  const { records, gaps } = parse(Buffer.from(`${partial}${line(2)}\n`));
  expect(records.map(({ value }) => JSON.stringify(value))).toEqual([line(2)]);
  expect(gaps).toEqual([{ offset: 0, bytes: 70, reason: 'incomplete record' }]);
});

test('an incomplete last line is pending, and not consumed', () => {
  const whole = `${line(1)}\n`;
  const { records, gaps, consumed } = parse(Buffer.from(whole + line(2).slice(0, 50)));
  expect(records).toHaveLength(1);
  expect(consumed).toBe(whole.length);
  expect(gaps).toMatchObject([{ offset: whole.length, bytes: 50, pending: true }]);
});

test('the empty request of a collector without spans is no gap', () => {
  const { records, gaps } = parse(Buffer.from(`{}\n${line(1)}\n{}`));
  expect(records).toHaveLength(1);
  expect(gaps).toEqual([]);
});

test('JSON that is no OTLP record is reported', () => {
  const { records, gaps } = parse(Buffer.from('{"a":1}\n[]\n'));
  expect(records).toEqual([]);
  expect(gaps.map(({ offset, bytes }) => [offset, bytes])).toEqual([
    [0, 7],
    [8, 2],
  ]);
});

// Garbage that closes no string of a record before it and holds no marker of its own.
const garbage = fc.oneof(
  fc.constant(Buffer.from('\n')),
  fc.constant(Buffer.alloc(5)),
  fc.uint8Array({ minLength: 1, maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: 18, max: 100 }).map((length) => Buffer.from(line(9).slice(0, length))),
);
const pieces = fc.array(
  fc.oneof(
    garbage.map((bytes) => ({ bytes, record: false })),
    fc.nat(1000).map((id) => ({ bytes: Buffer.from(line(id)), record: true })),
  ),
  {
    maxLength: 12,
  },
);

test('every record between any garbage is recovered and every other byte accounted for', () => {
  fc.assert(
    fc.property(pieces, (parts) => {
      const bytes = Buffer.concat([...parts.map((part) => part.bytes), Buffer.from('\n')]);
      const { records, gaps, consumed } = parse(bytes, false);
      const expected = parts.filter((part) => part.record).map((part) => part.bytes.toString());
      expect(records.map(({ value }) => JSON.stringify(value))).toEqual(expected);
      const covered = new Uint8Array(bytes.length);
      for (const { start, end } of records) covered.fill(1, start, end);
      for (const gap of gaps) covered.fill(1, gap.offset, gap.offset + gap.bytes);
      const silent = bytes.filter((_, index) => covered[index] === 0);
      expect([...silent].filter((byte) => ![0x20, 0x0a, 0x0d, 0x09].includes(byte))).toEqual([]);
      expect(consumed).toBe(bytes.length);
    }),
    { numRuns: 300 },
  );
});
