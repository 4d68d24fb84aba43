/** A line of JSON that is being written. */
export interface Line {
  readonly add: (text: string) => void;
  /** Adds a comma, unless what was added last opens a list. */
  readonly separate: () => void;
  /** What was written, valid until the next line is started. */
  readonly bytes: () => Uint8Array;
}

/** Kept from line to line; a longer line's buffer is given back. */
const KEPT = 4 * 1024 * 1024;
const OPENING = '['.charCodeAt(0);
const LONGEST_CHARACTER = 3;

let kept = Buffer.allocUnsafe(64 * 1024);

/** Starts a line; there is one at a time. */
export function startLine(): Line {
  let buffer = kept;
  let length = 0;
  const add = (text: string): void => {
    const most = length + text.length * LONGEST_CHARACTER;
    if (most > buffer.length) buffer = grown(buffer, length, most);
    length += buffer.write(text, length);
  };
  return {
    add,
    separate: () => {
      if (buffer[length - 1] !== OPENING) add(',');
    },
    bytes: () => buffer.subarray(0, length),
  };
}

function grown(buffer: Buffer<ArrayBuffer>, length: number, atLeast: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(Math.max(atLeast, 2 * buffer.length));
  buffer.copy(larger, 0, 0, length);
  if (larger.length <= KEPT) kept = larger;
  return larger;
}
