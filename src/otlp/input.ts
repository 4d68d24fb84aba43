import type { FileHandle } from 'node:fs/promises';

/** Buffered reading of a file from an offset on. */
export interface Input {
  /** The offset in the file of the next byte. */
  position(): number;
  /** The next `size` bytes without taking them; fewer at the end of the file. Valid until the next call. */
  peek(size: number): Promise<Buffer>;
  skip(size: number): Promise<void>;
  /** Goes on to the first `marker` at or after offset `from`, or to the end; resolves to the bytes passed since `from`. */
  seek(from: number, marker: Buffer): Promise<number>;
}

const CHUNK = 1 << 20;

export function startInput(file: FileHandle, from: number): Input {
  let buffer: Buffer = Buffer.alloc(0);
  let offset = from;
  const peek = async (size: number): Promise<Buffer> => {
    if (buffer.length < size) {
      const grown = Buffer.allocUnsafe(Math.max(size, CHUNK));
      let filled = buffer.copy(grown);
      while (filled < size) {
        const { bytesRead } = await file.read(grown, filled, grown.length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      buffer = grown.subarray(0, filled);
    }
    return buffer.subarray(0, size);
  };
  const move = (to: number): void => {
    const within = to - offset;
    buffer = within >= 0 && within <= buffer.length ? buffer.subarray(within) : Buffer.alloc(0);
    offset = to;
  };
  return {
    position: () => offset,
    peek,
    skip: async (size) => move(offset + size),
    seek: async (start, marker) => {
      move(start);
      for (;;) {
        const bytes = await peek(CHUNK);
        const found = bytes.indexOf(marker);
        if (found >= 0) move(offset + found);
        else if (bytes.length < CHUNK) move(offset + bytes.length);
        else move(offset + bytes.length - marker.length + 1);
        if (found >= 0 || bytes.length < CHUNK) return offset - start;
      }
    },
  };
}
