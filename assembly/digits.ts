import { BAD, QUOTE } from './json';

/** True where sixteen decimal digits stand at `at`. */
export function areDigits(at: usize): bool {
  return !v128.any_true(i8x16.gt_u(i8x16.sub(v128.load(at), i8x16.splat(0x30)), i8x16.splat(9)));
}

/** The number of sixteen decimal digits: two by two, four by four, eight by eight. */
export function sixteenDigits(at: usize): u64 {
  const digits = i8x16.sub(v128.load(at), i8x16.splat(0x30));
  const tens = i16x8(10, 1, 10, 1, 10, 1, 10, 1);
  const low = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(digits), tens);
  const high = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(digits), tens);
  const pairs = i16x8.narrow_i32x4_s(low, high);
  const fours = i32x4.dot_i16x8_s(pairs, i16x8(100, 1, 100, 1, 100, 1, 100, 1));
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(fours, fours), i16x8(10000, 1, 10000, 1, 10000, 1, 10000, 1));
  return u64(i32x4.extract_lane(eights, 0)) * 100_000_000 + u64(i32x4.extract_lane(eights, 1));
}

/** The number of up to eighteen decimal digits, -1 where something else stands among them. */
export function decimal(at: usize, end: usize): i64 {
  let value: i64 = 0;
  for (; at < end; at++) {
    const digit = load<u8>(at) - 0x30;
    if (digit > 9) return -1;
    value = value * 10 + i64(digit);
  }
  return value;
}

/**
 * Reads a string of 32 hexadecimal digits to sixteen bytes at `to`, the last one first, as the database lays out numbers; the address
 * after it, `BAD` where there is something else.
 */
export function readHex32(at: usize, to: usize): usize {
  if (load<u8>(at) !== QUOTE || load<u8>(at + 33) !== QUOTE) return BAD;
  const high = nibbles(v128.load(at + 1));
  const low = nibbles(v128.load(at + 17));
  if (v128.any_true(i8x16.gt_u(v128.or(high, low), i8x16.splat(15)))) return BAD;
  v128.store(to, reversed(i8x16.narrow_i16x8_u(joined(high), joined(low))));
  return at + 34;
}

/** In the same way, a string of 16 digits to eight bytes. */
export function readHex16(at: usize, to: usize): usize {
  if (load<u8>(at) !== QUOTE || load<u8>(at + 17) !== QUOTE) return BAD;
  const digits = nibbles(v128.load(at + 1));
  if (v128.any_true(i8x16.gt_u(digits, i8x16.splat(15)))) return BAD;
  const bytes = joined(digits);
  v128.store64_lane(to, reversed(i8x16.narrow_i16x8_u(bytes, bytes)), 0);
  return at + 18;
}

/** The values of hexadecimal digits, more than 15 for other bytes. */
function nibbles(chars: v128): v128 {
  const digits = i8x16.sub(chars, i8x16.splat(0x30));
  const letters = i8x16.sub(v128.or(chars, i8x16.splat(0x20)), i8x16.splat(0x61));
  const isDigit = i8x16.lt_u(digits, i8x16.splat(10));
  const isLetter = i8x16.lt_u(letters, i8x16.splat(6));
  const values = v128.bitselect(digits, i8x16.add(letters, i8x16.splat(10)), isDigit);
  return v128.bitselect(values, i8x16.splat(<i8>0xff), v128.or(isDigit, isLetter));
}

/** Bytes of pairs of digits, in lanes of 16 bits. */
function joined(digits: v128): v128 {
  return v128.and(v128.or(i16x8.shl(digits, 4), i16x8.shr_u(digits, 8)), i16x8.splat(0xff));
}

function reversed(bytes: v128): v128 {
  return i8x16.shuffle(bytes, bytes, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
}
