const [SLASH, COLON, AT, QUESTION, HASH] = [0x2f, 0x3a, 0x40, 0x3f, 0x23];

/** SQL that takes the host out of a URL; it agrees with `isHostOf`. */
export function hostOf(url: string): string {
  return `nullif(regexp_extract(${url}, '^[^:/?#]+://(?:[^/?#@]*@)?([^/?#@:]+)', 1), '')`;
}

/** True where the text from `start` to `end` is what `hostOf` takes out of the URL from `urlStart` to `urlEnd`. */
export function isHostOf(bytes: Uint8Array, start: number, end: number, urlStart: number, urlEnd: number): boolean {
  let at = urlStart;
  while (at < urlEnd && bytes[at] !== COLON) {
    if (bytes[at] === SLASH || bytes[at] === QUESTION || bytes[at] === HASH) return false;
    at++;
  }
  if (at === urlStart || end === start || bytes[at + 1] !== SLASH || bytes[at + 2] !== SLASH) return false;
  at += 3;
  for (let index = start; index < end; index++, at++) {
    const byte = bytes[index];
    if (
      at >= urlEnd ||
      byte !== bytes[at] ||
      byte === COLON ||
      byte === SLASH ||
      byte === AT ||
      byte === QUESTION ||
      byte === HASH
    )
      return false;
  }
  return at === urlEnd || bytes[at] === SLASH || bytes[at] === QUESTION || bytes[at] === HASH || isPort(bytes, at, urlEnd);
}

/** A port, and not a password with a host behind it. */
function isPort(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at] !== COLON) return false;
  let next = at + 1;
  while (next < end && bytes[next]! >= 0x30 && bytes[next]! <= 0x39) next++;
  return next === end || bytes[next] === SLASH || bytes[next] === QUESTION || bytes[next] === HASH;
}
