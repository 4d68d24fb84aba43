import type { Block, Gap } from './block.ts';

const MARKERS = ['{"resourceSpans":', '{"resourceLogs":', '{"resourceMetrics":'].map((text) => Buffer.from(text));
const NEWLINE = 0x0a;

/** One parsed JSON record of a block, with its place in the block. */
export interface JsonRecord {
  readonly value: Record<string, unknown>;
  readonly start: number;
  readonly end: number;
}

export interface LinesResult {
  readonly gaps: Gap[];
  /** Bytes done with; less than the block's length where its last record is incomplete. */
  readonly consumed: number;
}

/**
 * Hands every OTLP record of a block of JSON lines to `onRecord`. A line that is no record is searched for records glued together or
 * preceded by garbage: the markers cannot occur inside a JSON string, where their quotes would be escaped.
 */
export function parseLines(block: Pick<Block, 'bytes' | 'final'>, onRecord: (record: JsonRecord) => void): LinesResult {
  const { bytes } = block;
  const gaps: Gap[] = [];
  let at = 0;
  while (at < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline < 0 ? bytes.length : newline;
    const open = newline < 0 && block.final;
    const [from, to] = trim(bytes, at, end);
    if (from < to && !isEmptyRequest(bytes, from, to)) {
      const value = parseRecord(bytes, from, to);
      if (value !== undefined) onRecord({ value, start: from, end: to });
      else {
        const pendingAt = resynchronise(bytes, from, open ? end : to, open, onRecord, gaps);
        if (pendingAt !== undefined) return { gaps, consumed: pendingAt };
      }
    }
    at = end + 1;
  }
  return { gaps, consumed: bytes.length };
}

/** The offset just after the last complete line, 0 where there is none; before the last marker where `glued` lines never end. */
export function cutLines(bytes: Buffer, glued: boolean): number {
  const cut = bytes.lastIndexOf(NEWLINE) + 1;
  if (cut > 0 || !glued) return cut;
  return Math.max(0, ...MARKERS.map((marker) => bytes.lastIndexOf(marker)));
}

/** The first offset from `from` on where a record may start: after a newline, or at a marker. */
export function findLineStart(bytes: Buffer, from: number): number {
  const newline = bytes.indexOf(NEWLINE, from);
  const starts = [newline < 0 ? -1 : newline + 1, nextMarker(bytes, from)].filter((offset) => offset >= 0);
  return starts.length > 0 ? Math.min(...starts) : -1;
}

/** Returns where an incomplete record starts that may be completed later. */
function resynchronise(
  bytes: Buffer,
  from: number,
  to: number,
  open: boolean,
  onRecord: (record: JsonRecord) => void,
  gaps: Gap[],
): number | undefined {
  let at = from;
  while (at < to) {
    const marker = nextMarker(bytes, at);
    if (marker < 0 || marker >= to) {
      if (open)
        gaps.push({ offset: at, bytes: to - at, reason: 'incomplete last record, left for the next ingest', pending: true });
      else addGap(bytes, gaps, at, to);
      return open ? at : undefined;
    }
    if (marker > at) addGap(bytes, gaps, at, marker);
    const following = nextMarker(bytes, marker + 1);
    const limit = following < 0 || following > to ? to : following;
    const end = findObjectEnd(bytes, marker, limit);
    const value = end < 0 ? undefined : parseRecord(bytes, marker, end);
    if (value !== undefined) {
      onRecord({ value, start: marker, end });
      at = end;
      while (at < to && isBlank(bytes[at])) at++;
    } else if (end < 0 && limit === to && open) {
      gaps.push({
        offset: marker,
        bytes: to - marker,
        reason: 'incomplete last record, left for the next ingest',
        pending: true,
      });
      return marker;
    } else {
      gaps.push({ offset: marker, bytes: limit - marker, reason: end < 0 ? 'incomplete record' : 'invalid JSON' });
      at = limit;
    }
  }
  return undefined;
}

function parseRecord(bytes: Buffer, start: number, end: number): Record<string, unknown> | undefined {
  if (bytes[start] !== 0x7b) return undefined;
  try {
    const value = JSON.parse(bytes.toString('utf8', start, end)) as Record<string, unknown>;
    return 'resourceSpans' in value || 'resourceLogs' in value || 'resourceMetrics' in value ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Says NUL runs apart from garbage: they come from a crash of the machine, not of the writer. */
function addGap(bytes: Buffer, gaps: Gap[], from: number, to: number): void {
  let at = from;
  while (at < to && bytes[at] === 0) at++;
  if (at > from) gaps.push({ offset: from, bytes: at - from, reason: 'NUL bytes' });
  if (at < to)
    gaps.push({ offset: at, bytes: to - at, reason: bytes[at] === 0x7b ? 'no OTLP record' : 'garbage before a record' });
}

function nextMarker(bytes: Buffer, from: number): number {
  const found = MARKERS.map((marker) => bytes.indexOf(marker, from)).filter((offset) => offset >= 0);
  return found.length > 0 ? Math.min(...found) : -1;
}

/** The offset after the object that opens at `start`, or -1 where it does not close before `limit`. */
function findObjectEnd(bytes: Buffer, start: number, limit: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < limit; at++) {
    const byte = bytes[at];
    if (quoted) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) quoted = false;
    } else if (byte === 0x22) quoted = true;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) return at + 1;
  }
  return -1;
}

function trim(bytes: Buffer, start: number, end: number): [number, number] {
  let from = start;
  let to = end;
  while (from < to && isBlank(bytes[from])) from++;
  while (to > from && isBlank(bytes[to - 1])) to--;
  return [from, to];
}

/** The collector's span metrics write `{}` as long as there are no spans: a valid request without a record. */
function isEmptyRequest(bytes: Buffer, from: number, to: number): boolean {
  return to - from === 2 && bytes[from] === 0x7b && bytes[from + 1] === 0x7d;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
