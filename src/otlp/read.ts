import { zstdDecompressSync } from 'node:zlib';
import { errorMessage } from '../errors.ts';
import { LIMITS, type Block, type Gap } from './block.ts';
import { startsWithMagic } from './format.ts';
import { collectRows, type RowSink } from './json.ts';
import { parseLines } from './lines.ts';
import { walkPrefixed, type Stretch } from './prefixed.ts';
import { loadProtoDecoder, type DecodeProto } from './proto.ts';
import type { Json } from './value.ts';

/** The rows of one block and what could not be read of it. */
export interface BlockRows {
  readonly rows: RowSink;
  /** Offsets count from the block's start. */
  readonly gaps: readonly Gap[];
  /** Bytes done with; less than the block's length where its last record is incomplete. */
  readonly consumed: number;
}

/** An export request in OTLP's JSON mapping (decoded protobuf has ids as bytes), with its place in the block. */
export interface OtlpRequest {
  readonly value: Json;
  readonly start: number;
  readonly end: number;
  /** The request as it was sent: JSON text, or protobuf. */
  readonly raw: Buffer;
}

let decoder: Promise<DecodeProto> | undefined;

/** Decodes a block to rows. */
export async function readBlock(block: Block): Promise<BlockRows> {
  const rows: RowSink = { spans: [], logs: [], metrics: [] };
  const bad: Gap[] = [];
  const { gaps, consumed } = await readRequests(block, ({ value, start, end }) => {
    const before = rows.spans.length + rows.logs.length + rows.metrics.length;
    const count = collectRows(value, rows);
    const found = rows.spans.length + rows.logs.length + rows.metrics.length - before;
    if (found + count === 0) bad.push(emptyRecord(start, end));
    if (count > 0) bad.push(badItems(start, count));
  });
  return { rows, gaps: [...gaps, ...bad], consumed };
}

/** Tells of a record from `start` to `end` with nothing in it. */
export function emptyRecord(start: number, end: number): Gap {
  return { offset: start, bytes: end - start, reason: 'a record without spans, logs and metrics' };
}

/** Tells of items of the record at `offset` that have no ids or no shape. */
export function badItems(offset: number, count: number): Gap {
  return { offset, bytes: 0, reason: `${count} item(s) without id, time or data in a record` };
}

/** Hands every export request of a block to `onRequest`. */
export async function readRequests(
  block: Block,
  onRequest: (request: OtlpRequest) => void,
): Promise<{ readonly gaps: Gap[]; readonly consumed: number }> {
  if (block.format === 'json') {
    return parseLines(block, ({ value, start, end }) => onRequest({ value, start, end, raw: block.bytes.subarray(start, end) }));
  }
  const decode = await (decoder ??= loadProtoDecoder());
  const gaps: Gap[] = [];
  const consumed = walkPrefixed(block.bytes, block.format, true, LIMITS.record, (stretch) => {
    const reason = stretch.kind === 'bad' ? 'no length-prefixed record' : readPrefixed(block, stretch, decode, onRequest);
    if (reason === undefined) return;
    const offset = stretch.kind === 'bad' ? stretch.start : stretch.start - 4;
    gaps.push({ offset, bytes: stretch.end - offset, reason });
  });
  if (consumed < block.bytes.length) {
    const reason = block.final ? 'incomplete last record, left for the next ingest' : 'no length-prefixed record';
    gaps.push({ offset: consumed, bytes: block.bytes.length - consumed, reason, pending: block.final });
  }
  return { gaps, consumed: block.final ? consumed : block.bytes.length };
}

/** Returns why the record cannot be read. */
function readPrefixed(
  block: Block,
  { start, end }: Stretch,
  decode: DecodeProto,
  onRequest: (request: OtlpRequest) => void,
): string | undefined {
  try {
    let bytes = block.bytes.subarray(start, end);
    if (startsWithMagic(bytes, 0)) bytes = zstdDecompressSync(bytes, { maxOutputLength: LIMITS.record });
    if (bytes[0] !== 0x7b) {
      onRequest({ value: decode(bytes, block.signal), start: start - 4, end, raw: bytes });
      return undefined;
    }
    const { gaps } = parseLines({ bytes, final: false }, (line) => {
      onRequest({ value: line.value, start: start - 4, end, raw: bytes.subarray(line.start, line.end) });
    });
    return gaps[0]?.reason;
  } catch (error) {
    return `damaged record: ${errorMessage(error)}`;
  }
}
