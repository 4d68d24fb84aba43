/** The bytes that the texts of a block's rows point into: the block itself, and behind it what had to be written anew. */
export interface Arena {
  /** Changes when the arena grows. */
  bytes: Buffer<ArrayBuffer>;
  view: DataView<ArrayBuffer>;
  /** Bytes in use. */
  length: number;
}

/** Readable behind the last byte, for reads of whole words. */
const SLACK = 64;
const SPARE = 64 * 1024;

/** Starts an arena with `bytes`: in their own buffer where it has room behind them, and nobody else needs that. */
export function startArena(bytes: Buffer): Arena {
  const { buffer, byteOffset, length } = bytes;
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && buffer.byteLength >= length + SPARE) return arenaOf(buffer, length);
  const copy = new ArrayBuffer(length + SPARE);
  Buffer.from(copy).set(bytes);
  return arenaOf(copy, length);
}

function arenaOf(buffer: ArrayBuffer, length: number): Arena {
  return { bytes: Buffer.from(buffer), view: new DataView(buffer), length };
}

/** Adds a text in UTF-8; returns where it starts. */
export function putText(arena: Arena, text: string): number {
  // A UTF-16 unit takes at most three bytes.
  reserve(arena, text.length * 3);
  const start = arena.length;
  arena.length += arena.bytes.write(text, start, 'utf8');
  return start;
}

/** Adds a copy of bytes that the arena holds already. */
export function putCopy(arena: Arena, start: number, end: number): void {
  reserve(arena, end - start);
  const { bytes } = arena;
  let to = arena.length;
  for (let at = start; at < end; at++) bytes[to++] = bytes[at]!;
  arena.length = to;
}

export function putByte(arena: Arena, byte: number): void {
  reserve(arena, 1);
  arena.bytes[arena.length++] = byte;
}

/** The text from `start` to `end`. */
export function textOf({ bytes }: Arena, start: number, end: number): string {
  return bytes.toString('utf8', start, end);
}

function reserve(arena: Arena, size: number): void {
  const needed = arena.length + size + SLACK;
  if (needed <= arena.bytes.length) return;
  const grown = Buffer.allocUnsafeSlow(Math.max(needed, Math.ceil(arena.bytes.length * 1.5)));
  grown.set(arena.bytes.subarray(0, arena.length));
  arena.bytes = grown;
  arena.view = new DataView(grown.buffer);
}
