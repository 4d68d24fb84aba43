/**
 * Reading compact JSON byte by byte, without objects. Every function takes the bytes and an offset and returns the offset after what
 * it read; `BAD` says that something else stands there, which a tolerant parser then has to read.
 */
export const BAD = -1;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];

/** 1 for bytes that stand for themselves inside a string: no quote, no backslash, no control character. */
const PLAIN = new Uint8Array(256).fill(1, 0x20);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

/** The value of a hexadecimal digit; 256 for other bytes. */
const HEX = new Uint16Array(256).fill(256);
for (let digit = 0; digit < 16; digit++) {
  const text = digit.toString(16);
  HEX[text.charCodeAt(0)] = digit;
  HEX[text.toUpperCase().charCodeAt(0)] = digit;
}

/** True where `text` stands at `at`. */
export function standsAt(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false;
  return true;
}

/** The offset of the closing quote of a string without escapes that starts at `at`, after its opening quote. */
export function plainEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  while (PLAIN[bytes[end]!] === 1) end++;
  return bytes[end] === QUOTE ? end : BAD;
}

/** The offset of the closing quote of a string that may hold escapes. */
export function stringEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  for (;;) {
    while (PLAIN[bytes[end]!] === 1) end++;
    if (bytes[end] === QUOTE) return end;
    if (bytes[end] !== BACKSLASH) return BAD;
    end += 2;
  }
}

/** The offset after any value. */
export function skipValue(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first === QUOTE) return after(stringEnd(bytes, at + 1));
  if (first === OPEN_OBJECT || first === OPEN_LIST) return skipNested(bytes, at);
  let end = at;
  while (isScalar(bytes[end])) end++;
  return end > at ? end : BAD;
}

/** The offset after any member of an object, its name without escapes. */
export function skipMember(bytes: Uint8Array, at: number): number {
  const end = bytes[at] === QUOTE ? plainEnd(bytes, at + 1) : BAD;
  return end !== BAD && bytes[end + 1] === COLON ? skipValue(bytes, end + 2) : BAD;
}

function skipNested(bytes: Uint8Array, at: number): number {
  let depth = 0;
  for (let end = at; end < bytes.length; end++) {
    const byte = bytes[end];
    if (byte === QUOTE) {
      end = stringEnd(bytes, end + 1);
      if (end === BAD) return BAD;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
    else if ((byte === CLOSE_OBJECT || byte === CLOSE_LIST) && --depth === 0) return end + 1;
  }
  return BAD;
}

/** Digits, signs, letters of numbers and words. */
function isScalar(byte: number | undefined): boolean {
  return (
    byte !== undefined &&
    ((byte >= 0x30 && byte <= 0x39) ||
      (byte >= 0x61 && byte <= 0x7a) ||
      byte === 0x2d ||
      byte === 0x2b ||
      byte === 0x2e ||
      byte === 0x45)
  );
}

function after(end: number): number {
  return end === BAD ? BAD : end + 1;
}

/** The 32 bits of eight hexadecimal digits, as a signed integer; NaN where they are none. */
function hexWord(bytes: Uint8Array, at: number): number {
  let word = 0;
  let seen = 0;
  for (let index = 0; index < 8; index++) {
    const digit = HEX[bytes[at + index]!] ?? 256;
    seen |= digit;
    word = (word << 4) | digit;
  }
  return seen < 256 ? word : Number.NaN;
}

/** Reads words of eight hexadecimal digits each into `words`; false where there is something else. */
export function hexWords(bytes: Uint8Array, at: number, words: Int32Array): boolean {
  for (let word = 0; word < words.length; word++) {
    const value = hexWord(bytes, at + word * 8);
    if (Number.isNaN(value)) return false;
    words[word] = value;
  }
  return true;
}

/** The number of the decimal digits from `at` to `end`; NaN where there is something else, or nothing. At most 15 digits are exact. */
export function digits(bytes: Uint8Array, at: number, end: number): number {
  if (end <= at) return Number.NaN;
  let value = 0;
  for (let index = at; index < end; index++) {
    const digit = bytes[index]! - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
