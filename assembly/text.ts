/** A text in memory to compare bytes with; it lives as long as the module. */
export class Text {
  readonly at: usize;
  readonly length: i32;

  constructor(text: string) {
    this.at = changetype<usize>(String.UTF8.encode(text));
    this.length = String.UTF8.byteLength(text);
  }
}

/** Sixteen bytes of ones and sixteen of zeros: read at 16 - n, they keep the first n bytes of a vector. */
const MASKS: usize = memory.data<u8>([
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);

/** True where a text stands at `at`. */
export function stands(at: usize, text: Text): bool {
  return isEqual(at, text.at, text.length);
}

/** True where the `length` bytes at `a` are those at `b`; sixteen are read at a time, and up to fifteen behind the last one. */
export function isEqual(a: usize, b: usize, length: i32): bool {
  let left = length;
  while (left >= 16) {
    if (v128.any_true(v128.xor(v128.load(a), v128.load(b)))) return false;
    a += 16;
    b += 16;
    left -= 16;
  }
  if (left === 0) return true;
  const different = v128.xor(v128.load(a), v128.load(b));
  return !v128.any_true(v128.and(different, v128.load(MASKS + usize(16 - left))));
}

/** Copies a text, sixteen bytes at a time; up to fifteen behind its end are overwritten. */
export function copy(to: usize, from: usize, length: i32): void {
  for (let at = 0; at < length; at += 16) v128.store(to + at, v128.load(from + at));
}
