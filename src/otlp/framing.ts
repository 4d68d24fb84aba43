import { open, type FileHandle } from 'node:fs/promises';
import { LIMITS, type Block, type BlockFormat, type Gap, type Limits, type Position } from './block.ts';
import { detectFormat } from './format.ts';
import { cutLines, findLineStart } from './lines.ts';

/** What reading a file yields, in order: blocks of whole records, and stretches too damaged to be cut into records. */
export type Framed =
  | { readonly kind: 'block'; readonly block: Block; readonly next: Position; readonly at: (consumed: number) => Position }
  | { readonly kind: 'gap'; readonly gap: Gap; readonly next: Position };

/** Reads a file from `from` on as blocks of whole records, in memory bounded by `limits`. */
export async function* readBlocks(path: string, from: Position, limits: Limits = LIMITS): AsyncGenerator<Framed> {
  await using file = await open(path);
  const format = await sniff(file, from);
  if (format === undefined) return;
  yield* cutBlocks(readChunks(file, from.offset, limits.block), 'json', from, limits);
}

interface Chunk {
  readonly bytes: Buffer;
  readonly position: (offset: number) => Position;
}

async function* cutBlocks(
  chunks: AsyncIterable<Chunk>,
  format: BlockFormat,
  from: Position,
  limits: Limits,
): AsyncGenerator<Framed> {
  let rest: Buffer = Buffer.alloc(0);
  let { offset } = from;
  let dropped = 0;
  let position: Chunk['position'] = () => from;
  for await (const chunk of chunks) {
    position = chunk.position;
    let bytes = rest.length > 0 ? Buffer.concat([rest, chunk.bytes]) : chunk.bytes;
    if (dropped > 0) {
      const start = findLineStart(bytes, 0);
      dropped += start < 0 ? bytes.length : start;
      rest = Buffer.alloc(0);
      if (start < 0) continue;
      yield dropGap(offset, dropped, limits, position);
      offset += dropped;
      dropped = 0;
      bytes = bytes.subarray(start);
    }
    const cut = cutLines(bytes, bytes.length > limits.record);
    rest = bytes.subarray(cut);
    if (cut > 0) {
      yield framedBlock({ format, bytes: bytes.subarray(0, cut), offset, final: false }, position);
      offset += cut;
    }
    if (rest.length > limits.record) {
      dropped = rest.length;
      rest = Buffer.alloc(0);
    }
  }
  if (dropped > 0) yield dropGap(offset, dropped, limits, position);
  if (rest.length > 0) yield framedBlock({ format, bytes: rest, offset, final: true }, position);
}

function framedBlock(block: Block, position: Chunk['position']): Framed {
  const at = (consumed: number): Position => position(block.offset + consumed);
  return { kind: 'block', block, next: at(block.bytes.length), at };
}

function dropGap(offset: number, bytes: number, limits: Limits, position: Chunk['position']): Framed {
  const reason = `record longer than ${limits.record} bytes`;
  return { kind: 'gap', gap: { offset, bytes, reason }, next: position(offset + bytes) };
}

async function* readChunks(file: FileHandle, from: number, size: number): AsyncGenerator<Chunk> {
  let offset = from;
  for (;;) {
    const buffer = Buffer.allocUnsafeSlow(size);
    const { bytesRead } = await file.read(buffer, 0, size, offset);
    if (bytesRead === 0) return;
    offset += bytesRead;
    yield { bytes: buffer.subarray(0, bytesRead), position: plainPosition };
  }
}

function plainPosition(offset: number): Position {
  return { offset, frame: offset, frameOffset: offset };
}

async function sniff(file: FileHandle, from: Position): Promise<ReturnType<typeof detectFormat>> {
  const head = Buffer.alloc(4096);
  const { bytesRead } = await file.read(head, 0, head.length, from.frame);
  return detectFormat(head.subarray(0, bytesRead));
}
