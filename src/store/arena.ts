import type { Scanner } from './scanner.ts';

/** The memory that a block is read in, and behind it the texts that its rows point to. */
export interface Arena {
  /** All memory; another object once it grows. */
  readonly bytes: Buffer<ArrayBuffer>;
  /** Addresses in `bytes`: of the first text, and of the end of what is in use. */
  readonly start: number;
  readonly end: number;
  /** Makes room for `size` bytes at the end; returns where that is. */
  reserve(size: number): number;
  /** Counts what was written as in use. */
  setEnd(end: number): void;
}

/** The arena of a scanner. */
export function arenaOf(scanner: Scanner): Arena {
  let bytes = Buffer.from(scanner.memory.buffer);
  return {
    get bytes() {
      if (bytes.buffer !== scanner.memory.buffer) bytes = Buffer.from(scanner.memory.buffer);
      return bytes;
    },
    get start() {
      return scanner.textsStart.value;
    },
    get end() {
      return scanner.arenaEnd.value;
    },
    reserve: (size) => scanner.reserve(size),
    setEnd: (end) => scanner.setArenaEnd(end),
  };
}

/** Adds a text in UTF-8; returns where it starts. */
export function putText(arena: Arena, text: string): number {
  // A UTF-16 unit takes at most three bytes.
  const start = arena.reserve(text.length * 3);
  arena.setEnd(start + arena.bytes.write(text, start, 'utf8'));
  return start;
}

/** The text from `start` to `end`. */
export function textOf({ bytes }: Arena, start: number, end: number): string {
  return bytes.toString('utf8', start, end);
}
