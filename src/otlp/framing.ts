import { open, type FileHandle } from 'node:fs/promises';
import { LIMITS, type Block, type BlockFormat, type Gap, type Limits, type Position } from './block.ts';
import { detectFormat, signalOfName, type Format } from './format.ts';
import { cutLines, findLineStart } from './lines.ts';
import { walkPrefixed } from './prefixed.ts';
import { readZstdFrames } from './zstd.ts';

/** What reading a file yields, in order: blocks of whole records, stretches that cannot be cut into records; where to go on `after`. */
export type Framed =
  | { readonly kind: 'block'; readonly block: Block; readonly after: (consumed: number) => Position }
  | { readonly kind: 'gap'; readonly gap: Gap; readonly after: Position };

/**
 * Decompressed bytes in the order of the file, behind the `rest` that was carried over, in a buffer of their own; `position` tells where
 * to go on from a decompressed offset.
 */
type Chunk =
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly position: (offset: number) => Position }
  | { readonly kind: 'gap'; readonly gap: Gap };

/** What is left of the bytes read so far. */
interface Carry {
  rest: Buffer;
}

const SNIFFED = 4096;

/** Reads a file from `from` on as blocks of whole records, in memory bounded by `limits`. */
export async function* readBlocks(path: string, from: Position, limits: Limits = LIMITS): AsyncGenerator<Framed> {
  await using file = await open(path);
  const head = Buffer.alloc(SNIFFED);
  const { bytesRead } = await file.read(head, 0, SNIFFED, from.frame);
  if (bytesRead === 0) return;
  const format = detectFormat(head.subarray(0, bytesRead));
  const carry: Carry = { rest: Buffer.alloc(0) };
  const chunks = format === 'zstd' ? readFrames(file, from, carry) : readChunks(file, from.offset, limits.block, carry);
  yield* cutBlocks(chunks, format === 'zstd' ? undefined : blockFormat(format), path, from, limits, carry);
}

async function* cutBlocks(
  chunks: AsyncIterable<Chunk>,
  known: BlockFormat | undefined,
  path: string,
  from: Position,
  limits: Limits,
  carry: Carry,
): AsyncGenerator<Framed> {
  const signal = signalOfName(path);
  let format = known;
  let { offset } = from;
  let dropped = 0;
  let position = (_offset: number): Position => from;
  for await (const chunk of chunks) {
    if (chunk.kind === 'gap') {
      yield { kind: 'gap', gap: chunk.gap, after: position(offset) };
      continue;
    }
    position = chunk.position;
    let { bytes } = chunk;
    carry.rest = bytes;
    if (bytes.length < 8) continue;
    format ??= blockFormat(detectFormat(bytes));
    if (dropped > 0) {
      const start = findLineStart(bytes, 0);
      dropped += start < 0 ? bytes.length : start;
      carry.rest = bytes.subarray(bytes.length);
      if (start < 0) continue;
      yield dropGap(offset, dropped, limits, position);
      offset += dropped;
      dropped = 0;
      bytes = bytes.subarray(start);
    }
    const cut = cutRecords(bytes, format, limits);
    // A copy: whoever takes the block may do with its buffer what they want.
    carry.rest = cut > 0 ? Buffer.from(bytes.subarray(cut)) : bytes;
    if (cut > 0) {
      yield framedBlock({ format, signal, bytes: bytes.subarray(0, cut), offset, final: false }, position);
      offset += cut;
    }
    if (format === 'json' && carry.rest.length > limits.record) {
      dropped = carry.rest.length;
      carry.rest = Buffer.alloc(0);
    }
  }
  if (dropped > 0) yield dropGap(offset, dropped, limits, position);
  else if (carry.rest.length > 0)
    yield framedBlock({ format: format ?? 'json', signal, bytes: carry.rest, offset, final: true }, position);
}

/** Returns how many bytes from the start are whole records. */
function cutRecords(bytes: Buffer, format: BlockFormat, limits: Limits): number {
  if (format === 'json') return cutLines(bytes, bytes.length > limits.record);
  return walkPrefixed(bytes, format, false, limits.record, () => undefined);
}

function blockFormat(format: Format | undefined): BlockFormat {
  return format === undefined || format === 'zstd' ? 'json' : format;
}

function framedBlock(block: Block, position: (offset: number) => Position): Framed {
  return { kind: 'block', block, after: (consumed) => position(block.offset + consumed) };
}

function dropGap(offset: number, bytes: number, limits: Limits, position: (offset: number) => Position): Framed {
  const reason = `record longer than ${limits.record} bytes`;
  return { kind: 'gap', gap: { offset, bytes, reason }, after: position(offset + bytes) };
}

async function* readChunks(file: FileHandle, from: number, size: number, carry: Carry): AsyncGenerator<Chunk> {
  let offset = from;
  for (;;) {
    const before = carry.rest.length;
    const buffer = Buffer.allocUnsafeSlow(before + size);
    const { bytesRead } = await file.read(buffer, before, size, offset);
    if (bytesRead === 0) return;
    carry.rest.copy(buffer);
    // Done with, and too large to wait for the collector of garbage.
    const { rest } = carry;
    if (rest.buffer instanceof ArrayBuffer && rest.length === rest.buffer.byteLength) rest.buffer.transfer(0);
    offset += bytesRead;
    yield { kind: 'bytes', bytes: buffer.subarray(0, before + bytesRead), position: plainPosition };
  }
}

function plainPosition(offset: number): Position {
  return { offset, frame: offset, frameOffset: offset };
}

async function* readFrames(file: FileHandle, from: Position, carry: Carry): AsyncGenerator<Chunk> {
  let frames: Position[] = [];
  let skip = from.offset - from.frameOffset;
  let offset = from.frameOffset;
  const position = (at: number): Position => {
    frames = frames.filter(
      (frame, index) => frame.frameOffset > at || !(frames[index + 1] && frames[index + 1]!.frameOffset <= at),
    );
    const { frame, frameOffset } = frames.findLast((candidate) => candidate.frameOffset <= at) ?? from;
    return { offset: at, frame, frameOffset };
  };
  for await (const part of readZstdFrames(file, from.frame)) {
    if (part.kind === 'frame') frames.push({ offset, frame: part.at, frameOffset: offset });
    else if (part.kind === 'gap')
      yield { kind: 'gap', gap: { offset, bytes: part.bytes, reason: part.reason, pending: part.pending } };
    else {
      const bytes = part.bytes.subarray(skip);
      skip -= part.bytes.length - bytes.length;
      offset += part.bytes.length;
      if (bytes.length > 0) yield { kind: 'bytes', bytes: Buffer.concat([carry.rest, bytes]), position };
    }
  }
}
