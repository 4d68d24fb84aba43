import { addSeries } from './host';
import { kind } from './span';
import { isEqual } from './text';

/** Where the texts of the series of a span stand: its name, stage, model version and run; from, to. */
export const ranges = memory.data(32, 16);
export const NAME: i32 = 0;
export const STAGE: i32 = 1;
export const MODEL: i32 = 2;
export const RUN: i32 = 3;
const TEXTS: usize = 4;

export function rangeStart(place: i32): usize {
  return load<usize>(ranges + (usize(place) << 3));
}

export function rangeEnd(place: i32): usize {
  return load<usize>(ranges + (usize(place) << 3), 4);
}

export function setRange(place: i32, start: usize, end: usize): void {
  store<usize>(ranges + (usize(place) << 3), start);
  store<usize>(ranges + (usize(place) << 3), end, 4);
}

export function clearRanges(): void {
  v128.store(ranges, i64x2.splat(0));
  v128.store(ranges + 16, i64x2.splat(0));
}

/** One series of the block: its texts, which stay in the arena, and the one before it in its bucket. */
@unmanaged
class Known {
  ranges0: v128;
  ranges1: v128;
  kind: i32;
  resource: i32;
  number: i32;
  /** One more than its place, 0 where there is none. */
  before: i32;
}

const BUCKETS: i32 = 1024;
const buckets = memory.data(4096, 16);
/** A series that was forgotten gets a second number, which costs a row and no more. */
const MOST: i32 = 4096;
const series = heap.alloc(usize(MOST) * offsetof<Known>());
let count = 0;

export function forgetSeries(): void {
  memory.fill(buckets, 0, BUCKETS << 2);
  count = 0;
}

/** The number of the series of the span in `ranges`. */
export function findSeries(resource: i32): i32 {
  const bucket = buckets + (usize(hash()) << 2);
  for (let place = load<i32>(bucket); place > 0;) {
    const known = seriesAt(place);
    if (known.resource === resource && known.kind === kind && isSame(known)) return known.number;
    place = known.before;
  }
  if (count === MOST) forgetSeries();
  const before = load<i32>(bucket);
  store<i32>(bucket, ++count);
  const known = seriesAt(count);
  known.ranges0 = v128.load(ranges);
  known.ranges1 = v128.load(ranges, 16);
  known.kind = kind;
  known.resource = resource;
  known.before = before;
  known.number = addSeries(resource);
  return known.number;
}

function seriesAt(place: i32): Known {
  return changetype<Known>(series + usize(place - 1) * offsetof<Known>());
}

/** Lengths and some bytes: series are few, and compared whole. */
function hash(): i32 {
  let mixed = kind;
  for (let place = 0; place < i32(TEXTS); place++) {
    const start = rangeStart(place);
    const end = rangeEnd(place);
    if (end <= start) continue;
    const length = i32(end - start);
    mixed = mixed * 31 + length * 7 + i32(load<u8>(end - 1)) + i32(load<u8>(start + (length >> 1))) * 3;
  }
  return mixed & (BUCKETS - 1);
}

function isSame(known: Known): bool {
  const texts = changetype<usize>(known);
  for (let at: usize = 0; at < TEXTS << 3; at += 8) {
    const start = load<usize>(ranges + at);
    const its = load<usize>(texts + at);
    const length = i32(load<usize>(ranges + at, 4) - start);
    if (i32(load<usize>(texts + at, 4) - its) !== length) return false;
    if (start !== its && !isEqual(start, its, length)) return false;
  }
  return true;
}
