import * as fc from 'fast-check';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { START, type Gap, type Limits } from '../../src/otlp/block.ts';
import { readBlocks } from '../../src/otlp/framing.ts';
import { readBlock } from '../../src/otlp/read.ts';
import type { SpanRow } from '../../src/otlp/rows.ts';
import { hex, otlpSpan, traceLine } from './samples.ts';

const FIXTURES = new URL('../fixtures/otlp-framings/', import.meta.url).pathname;
const LIMITS: Limits = { block: 64 * 1024, record: 1 << 20 };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crawlscope-framing-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(path: string, limits = LIMITS) {
  const spans: SpanRow[] = [];
  const gaps: Gap[] = [];
  let position = START;
  for await (const framed of readBlocks(path, START, limits)) {
    if (framed.kind === 'gap') {
      gaps.push(framed.gap);
      position = framed.after;
    } else {
      const { rows, gaps: found, consumed } = await readBlock(framed.block);
      spans.push(...rows.spans);
      gaps.push(...found.map((gap) => ({ ...gap, offset: gap.offset + framed.block.offset })));
      position = framed.after(consumed);
    }
  }
  return { spans, gaps, position };
}

async function readBytes(bytes: Uint8Array, limits = LIMITS) {
  const path = join(folder, 'sample');
  await writeFile(path, bytes);
  return read(path, limits);
}

describe.each(await readdir(FIXTURES))('%s', (name) => {
  test('gives the same three records as every other format', async () => {
    const { spans, gaps } = await read(join(FIXTURES, name));
    expect(gaps).toEqual([]);
    expect(spans.map((span) => span.resource['service.name'])).toEqual(['a', 'b', expect.stringMatching(/^[ac]$/)]);
    expect(spans[0]).toMatchObject({
      traceId: '5b8efff798038103d269b633813fc600',
      spanId: 'eee19b7ec3c1b100',
      name: 'fetch',
      kind: 3,
      startUs: 1_544_712_660_000_000,
      durationNs: 1e9,
      status: 2,
      statusMessage: 'boom',
      attributes: { 'url.full': 'https://ex.org/a', n: 42, d: 1.5, by: 'AQID', pad: '' },
      events: [{ name: 'e1', timeUs: 1_544_712_660_500_000 }],
    });
  });

  test('cut anywhere: whole records are read, the rest is told', async () => {
    const bytes = await readFile(join(FIXTURES, name));
    for (let length = 0; length < bytes.length; length++) {
      const { spans, gaps } = await readBytes(bytes.subarray(0, length));
      expect(spans.length).toBeLessThanOrEqual(3);
      // A cut between two records, or before the last newline, loses nothing and says nothing.
      if (gaps.length === 0 && length > 4) expect(spans.length).toBeGreaterThan(0);
      for (const gap of gaps) expect(gap.bytes).toBeGreaterThan(0);
    }
  });

  test('bits flipped: never a crash, and no record lost in silence', async () => {
    const bytes = await readFile(join(FIXTURES, name));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
        const damaged = Buffer.from(bytes);
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        const { spans, gaps } = await readBytes(damaged);
        if (spans.length < 3) expect(gaps.length).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });
});

test('random bytes are skipped and told, in whatever format they seem to be', async () => {
  const starts = ['', '7b', '0000002000', '0000000a0a', '28b52ffd', '0000001028b52ffd', '502a4d18ff000000'].map((start) =>
    Buffer.from(start, 'hex'),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...starts), fc.uint8Array({ minLength: 1, maxLength: 200 }), async (start, tail) => {
      const { spans, gaps } = await readBytes(Buffer.concat([start, tail]));
      if (spans.length === 0 && !isBlank(tail)) expect(gaps.length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => [0x20, 0x0a, 0x0d, 0x09].includes(byte));
}

test('records split over frames, frames larger than the buffers, and empty frames', async () => {
  const lines = Array.from(
    { length: 4000 },
    (_, id) => `${traceLine(otlpSpan({ spanId: hex(id + 1, 16), attributes: { 'url.full': 'x'.repeat(500 + (id % 7)) } }))}\n`,
  );
  const text = Buffer.from(lines.join(''));
  const frames = [text.subarray(0, 1000), Buffer.alloc(0), text.subarray(1000, 1500), text.subarray(1500)].map((part) =>
    zstdCompressSync(part),
  );
  const { spans, gaps, position } = await readBytes(Buffer.concat(frames));
  expect(gaps).toEqual([]);
  expect(new Set(spans.map((span) => span.spanId)).size).toBe(4000);
  expect(position.offset).toBe(text.length);
});

test('a record above the limit is skipped and counted, and the next one read', async () => {
  const long = traceLine(otlpSpan({ spanId: hex(1, 16), attributes: { a: 'x'.repeat(3 << 20) } }));
  const { spans, gaps } = await readBytes(Buffer.from(`${long}\n${traceLine(otlpSpan({ spanId: hex(2, 16) }))}\n`));
  expect(spans.map((span) => span.spanId)).toEqual([hex(2, 16)]);
  expect(gaps.reduce((sum, gap) => sum + gap.bytes, 0)).toBeGreaterThanOrEqual(long.length);
  expect(gaps[0]!.reason).toContain('longer than');
});

test('a line of tens of MB is read', async () => {
  const long = traceLine(otlpSpan({ spanId: hex(1, 16), attributes: { a: 'x'.repeat(20 << 20) } }));
  const { spans, gaps } = await readBytes(Buffer.from(`${long}\n`), { block: 1 << 20, record: 64 << 20 });
  expect(gaps).toEqual([]);
  expect(spans).toHaveLength(1);
});
