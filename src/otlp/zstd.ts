import type { FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createZstdDecompress, zstdDecompressSync } from 'node:zlib';
import { errorMessage } from '../errors.ts';
import { isSkippableFrame, startsWithMagic, ZSTD_MAGIC } from './format.ts';
import { startInput, type Input } from './input.ts';

const SMALL_FRAME = 1 << 20;
const SMALL_OUTPUT = 16 << 20;

/** What a compressed file is made of: decompressed bytes, the start of a frame at byte `at` of the file, unreadable stretches. */
export type FramePart =
  | { readonly kind: 'frame'; readonly at: number }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'gap'; readonly bytes: number; readonly reason: string; readonly pending: boolean };

class TruncatedFrame extends Error {}

/**
 * Decompresses a file frame by frame from byte `from` on. Frames are walked by their block headers, because Node's decoders stop
 * silently after the first of several frames: https://github.com/nodejs/node/issues/64741
 */
export async function* readZstdFrames(file: FileHandle, from: number): AsyncGenerator<FramePart> {
  const input = startInput(file, from);
  for (;;) {
    const start = input.position();
    yield { kind: 'frame', at: start };
    const head = await input.peek(8);
    if (head.length === 0) return;
    try {
      if (startsWithMagic(head, 0)) yield* decompressFrame(framePieces(input));
      else if (isSkippableFrame(head, 0) && head.length === 8) await discard(input, 8 + head.readUInt32LE(4));
      else throw new Error('no frame starts here');
    } catch (error) {
      if (error instanceof TruncatedFrame) {
        yield {
          kind: 'gap',
          bytes: input.position() - start,
          reason: 'incomplete zstd frame, left for the next ingest',
          pending: true,
        };
        return;
      }
      const bytes = await input.seek(start + 1, ZSTD_MAGIC);
      yield { kind: 'gap', bytes: bytes + 1, reason: `damaged zstd frame: ${errorMessage(error)}`, pending: false };
    }
  }
}

async function* decompressFrame(pieces: AsyncGenerator<Buffer>): AsyncGenerator<FramePart> {
  const held: Buffer[] = [];
  let size = 0;
  for (;;) {
    const next = await pieces.next();
    if (next.done) break;
    held.push(next.value);
    size += next.value.length;
    if (size > SMALL_FRAME) return yield* streamFrame(held, pieces);
  }
  let bytes: Buffer;
  try {
    bytes = zstdDecompressSync(Buffer.concat(held), { maxOutputLength: SMALL_OUTPUT });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw error;
    return yield* streamFrame(held, pieces);
  }
  yield { kind: 'bytes', bytes };
}

async function* streamFrame(held: readonly Buffer[], pieces: AsyncGenerator<Buffer>): AsyncGenerator<FramePart> {
  const whole = async function* (): AsyncGenerator<Buffer> {
    yield* held;
    yield* pieces;
  };
  const decoder = createZstdDecompress({ chunkSize: 1 << 20 });
  // An error reaches the loop below through the decoder, which the pipeline destroys.
  pipeline(Readable.from(whole()), decoder, () => undefined);
  for await (const bytes of decoder) yield { kind: 'bytes', bytes: bytes as Buffer };
}

/** The bytes of the frame at the input's position: its header, then block by block. https://www.rfc-editor.org/rfc/rfc8878 */
async function* framePieces(input: Input): AsyncGenerator<Buffer> {
  const descriptor = (await exactly(input, 5))[4]!;
  const single = (descriptor >> 5) & 1;
  const contentSize = [single, 2, 4, 8][descriptor >> 6]!;
  const header = 5 + (1 - single) + [0, 1, 2, 4][descriptor & 3]! + contentSize;
  yield await take(input, header);
  for (;;) {
    const blockHeader = (await exactly(input, 3)).readUIntLE(0, 3);
    const type = (blockHeader >> 1) & 3;
    const size = blockHeader >> 3;
    if (type === 3 || size > 128 * 1024) throw new Error('invalid block');
    yield await take(input, 3 + (type === 1 ? 1 : size));
    if ((blockHeader & 1) === 1) break;
  }
  if (((descriptor >> 2) & 1) === 1) yield await take(input, 4);
}

async function take(input: Input, size: number): Promise<Buffer> {
  const bytes = Buffer.from(await exactly(input, size));
  await input.skip(size);
  return bytes;
}

async function discard(input: Input, size: number): Promise<void> {
  for (let left = size; left > 0;) {
    const piece = Math.min(left, SMALL_FRAME);
    await take(input, piece);
    left -= piece;
  }
}

async function exactly(input: Input, size: number): Promise<Buffer> {
  const bytes = await input.peek(size);
  if (bytes.length >= size) return bytes;
  await input.skip(bytes.length);
  throw new TruncatedFrame('the file ends inside a frame');
}
