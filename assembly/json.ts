/**
 * Reading compact JSON in memory. Every function takes an address and returns the address after what it read; `BAD` says that something
 * else stands there, which a tolerant parser then has to read. What is read must end with a newline, which no value can hold.
 */
export const BAD: usize = 0;

export const QUOTE: u8 = 0x22;
export const COLON: u8 = 0x3a;
export const COMMA: u8 = 0x2c;
export const OPEN_OBJECT: u8 = 0x7b;
export const CLOSE_OBJECT: u8 = 0x7d;
export const OPEN_LIST: u8 = 0x5b;
export const CLOSE_LIST: u8 = 0x5d;
export const NEWLINE: u8 = 0x0a;
const BACKSLASH: u8 = 0x5c;

/** The next quote, backslash or control character. */
function special(at: usize): usize {
  while (true) {
    const chunk = v128.load(at);
    const quotes = i8x16.eq(chunk, i8x16.splat(QUOTE));
    const backslashes = i8x16.eq(chunk, i8x16.splat(BACKSLASH));
    const controls = i8x16.lt_u(chunk, i8x16.splat(0x20));
    const mask = i8x16.bitmask(v128.or(v128.or(quotes, backslashes), controls));
    if (mask !== 0) return at + usize(ctz(mask));
    at += 16;
  }
}

/** The closing quote of a string without escapes that starts at `at`, after its opening quote. */
export function plainEnd(at: usize): usize {
  const end = special(at);
  return load<u8>(end) === QUOTE ? end : BAD;
}

/** The closing quote of a string that may hold escapes. */
export function stringEnd(at: usize): usize {
  while (true) {
    at = special(at);
    const byte = load<u8>(at);
    if (byte === QUOTE) return at;
    if (byte !== BACKSLASH || load<u8>(at + 1) < 0x20) return BAD;
    at += 2;
  }
}

/** The address after any value. */
export function skipValue(at: usize): usize {
  const first = load<u8>(at);
  if (first === QUOTE) {
    const end = stringEnd(at + 1);
    return end === BAD ? BAD : end + 1;
  }
  if (first === OPEN_OBJECT || first === OPEN_LIST) return skipNested(at);
  let end = at;
  while (isScalar(load<u8>(end))) end++;
  return end > at ? end : BAD;
}

/** The address after any member of an object, its name without escapes. */
export function skipMember(at: usize): usize {
  if (load<u8>(at) !== QUOTE) return BAD;
  const end = plainEnd(at + 1);
  return end !== BAD && load<u8>(end + 1) === COLON ? skipValue(end + 2) : BAD;
}

function skipNested(at: usize): usize {
  let depth = 0;
  while (true) {
    const byte = load<u8>(at);
    if (byte < 0x20) return BAD;
    if (byte === QUOTE) {
      at = stringEnd(at + 1);
      if (at === BAD) return BAD;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
    else if ((byte === CLOSE_OBJECT || byte === CLOSE_LIST) && --depth === 0) return at + 1;
    at++;
  }
}

/** Digits, signs, letters of numbers and words. */
function isScalar(byte: u8): bool {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x45
  );
}
