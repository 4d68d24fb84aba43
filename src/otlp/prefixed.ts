import type { BlockFormat } from './block.ts';
import { startsWithMagic } from './format.ts';

/** A stretch of a block of length-prefixed records: a record's bytes without the prefix, or unreadable ones. */
export interface Stretch {
  readonly kind: 'record' | 'bad';
  readonly start: number;
  readonly end: number;
}

const PREFIX = 4;
/** What a check of a header looks at: the length and the first bytes behind it. */
const LOOKAHEAD = 8;

/**
 * Walks length-prefixed records. Where a length cannot be right (too long, no record behind it, no header after it) the next place
 * that can is searched, byte by byte. Returns the offset of what is incomplete at the end.
 */
export function walkPrefixed(
  bytes: Buffer,
  format: BlockFormat,
  ended: boolean,
  cap: number,
  onStretch: (stretch: Stretch) => void,
): number {
  let at = 0;
  while (at < bytes.length) {
    const check = checkHeader(bytes, at, format, cap);
    if (check === 'record') {
      const end = at + PREFIX + bytes.readUInt32BE(at);
      onStretch({ kind: 'record', start: at + PREFIX, end });
      at = end;
      continue;
    }
    if (check === 'more' && !ended) return at;
    const next = findHeader(bytes, at + 1, format, cap);
    if (next < 0 && check === 'more') return at;
    const end = next >= 0 ? next : ended ? bytes.length : Math.max(at, bytes.length - LOOKAHEAD);
    if (end === at) return at;
    onStretch({ kind: 'bad', start: at, end });
    at = end;
  }
  return at;
}

/** `more`: nothing speaks against a record here, but it is not all there. */
function checkHeader(bytes: Buffer, at: number, format: BlockFormat, cap: number): 'record' | 'more' | 'bad' {
  if (!mayStart(bytes, at, format, cap)) return 'bad';
  if (bytes.length < at + PREFIX) return 'more';
  const end = at + PREFIX + bytes.readUInt32BE(at);
  if (end > bytes.length) return 'more';
  return mayStart(bytes, end, format, cap) || bytes[end] === 0 ? 'record' : 'bad';
}

/** False where the bytes that are there rule a header out. */
function mayStart(bytes: Buffer, at: number, format: BlockFormat, cap: number): boolean {
  const head = bytes.subarray(at, at + LOOKAHEAD);
  if (head.length < PREFIX) return true;
  const length = head.readUInt32BE(0);
  if (length === 0 || length > cap) return false;
  if (head.length === PREFIX) return true;
  return format === 'proto' ? head[PREFIX] === 0x0a : head.length < LOOKAHEAD || startsWithMagic(head, PREFIX);
}

function findHeader(bytes: Buffer, from: number, format: BlockFormat, cap: number): number {
  for (let at = from; at + PREFIX < bytes.length; at++) if (checkHeader(bytes, at, format, cap) === 'record') return at;
  return -1;
}
