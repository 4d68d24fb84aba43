import { basename, dirname } from 'node:path';
import type { Signal } from './rows.ts';

/**
 * How a file lays out its records: `json` lines, `proto` messages behind a 4-byte length, `prefixed-zstd` (either of them, each
 * record compressed, behind a length), `zstd` (either of the first two, compressed as a stream of frames).
 */
export type Format = 'json' | 'proto' | 'prefixed-zstd' | 'zstd';

/** The first bytes of every zstd frame with content. */
export const ZSTD_MAGIC = Buffer.from('28b52ffd', 'hex');

/** Tells the format by the first bytes of a file; undefined where there are too few of them. */
export function detectFormat(head: Buffer): Format | undefined {
  if (head.length < 4) return head.length > 0 && isTextStart(head[0]) ? 'json' : undefined;
  if (startsWithMagic(head, 0) || isSkippableFrame(head, 0)) return 'zstd';
  const text = firstNonNul(head);
  if (isTextStart(head[0]) || (text > 3 && isTextStart(head[text]))) return 'json';
  if (head.length < 8) return undefined;
  if (startsWithMagic(head, 4)) return 'prefixed-zstd';
  return isBinaryPrefix(head) ? 'proto' : 'json';
}

/** The signal a file name tells, as the collector's users name files; protobuf records do not say it themselves. */
export function signalOfName(path: string): Signal | undefined {
  for (const name of [basename(path), basename(dirname(path))]) {
    if (/trace|span/i.test(name)) return 'traces';
    if (/metric/i.test(name)) return 'metrics';
    if (/(^|[^a-z])logs?([^a-z]|$)/i.test(name)) return 'logs';
  }
  return undefined;
}

/** True where a zstd frame starts at `offset`. */
export function startsWithMagic(bytes: Buffer, offset: number): boolean {
  return bytes.length >= offset + 4 && bytes.compare(ZSTD_MAGIC, 0, 4, offset, offset + 4) === 0;
}

/** True where a zstd frame without content starts at `offset`. */
export function isSkippableFrame(bytes: Buffer, offset: number): boolean {
  return bytes.length >= offset + 4 && (bytes.readUInt32LE(offset) & 0xfffffff0) >>> 0 === 0x184d2a50;
}

function isTextStart(byte: number | undefined): boolean {
  return byte === 0x7b || byte === 0x0a || byte === 0x0d || byte === 0x20 || byte === 0xef;
}

function firstNonNul(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length && bytes[at] === 0) at++;
  return at;
}

/** A length below 256 MiB, then the tag of field 1; anything else is read as damaged text. */
function isBinaryPrefix(head: Buffer): boolean {
  return head[0]! < 0x10 && head[4] === 0x0a;
}
