import { COLON } from './json';

const SLASH: u8 = 0x2f;
const AT: u8 = 0x40;

/** True where the text from `start` to `end` is what the view of stages takes out of the URL from `urlStart` to `urlEnd`. */
export function isHostOf(start: usize, end: usize, urlStart: usize, urlEnd: usize): bool {
  let at = urlStart;
  while (at < urlEnd && load<u8>(at) !== COLON) {
    if (endsHost(load<u8>(at))) return false;
    at++;
  }
  if (at === urlStart || end === start || urlEnd - at < 3) return false;
  if (load<u8>(at + 1) !== SLASH || load<u8>(at + 2) !== SLASH) return false;
  at += 3;
  for (let next = start; next < end; next++, at++) {
    const byte = load<u8>(next);
    if (at >= urlEnd || byte !== load<u8>(at) || byte === COLON || byte === AT || endsHost(byte)) return false;
  }
  return at === urlEnd || endsHost(load<u8>(at)) || isPort(at, urlEnd);
}

/** A slash, a question mark or a hash. */
function endsHost(byte: u8): bool {
  return byte === SLASH || byte === 0x3f || byte === 0x23;
}

/** A port, and not a password with a host behind it. */
function isPort(at: usize, end: usize): bool {
  if (load<u8>(at) !== COLON) return false;
  at++;
  while (at < end && load<u8>(at) - 0x30 <= 9) at++;
  return at === end || endsHost(load<u8>(at));
}
