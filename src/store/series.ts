import type { Arena } from './arena.ts';
import { textOf } from './arena.ts';

/** What the spans of one stage of one run of one process have in common. */
export interface Series {
  readonly name: string;
  readonly kind: number;
  readonly stage: string | null;
  readonly service: string | null;
  readonly model_version: string | null;
  readonly run_id: string | null;
  /** JSON text of the resource's attributes. */
  readonly resource: string;
}

/** Numbers the series met in a block. */
export interface SeriesBook {
  /** The number of a series whose texts stand in the arena; an empty range is a missing text. */
  find(arena: Arena, ranges: Int32Array, kind: number, resource: ResourceFacts): number;
  /** All of them, by number. */
  readonly all: readonly Series[];
}

/** What the spans of a resource need of it. */
export interface ResourceFacts {
  readonly json: string;
  readonly service: string | null;
  readonly instance: string | null;
}

/** Texts of a series in the order of `find`'s ranges. */
const SERIES_TEXTS = 4;

const BUCKETS = 1024;
/** Series of a bucket that are compared: one that was met before may get a second number, which costs a row and no more. */
const COMPARED = 32;

interface Known {
  readonly texts: readonly Buffer[];
  readonly kind: number;
  readonly resource: ResourceFacts;
  readonly number: number;
}

/** Series are found by the bytes of their texts; `ranges` are those of name, stage, model version and run. */
export function startSeriesBook(): SeriesBook {
  const buckets: Known[][] = Array.from({ length: BUCKETS }, () => []);
  const all: Series[] = [];
  return {
    all,
    find: (arena, ranges, kind, resource) => {
      const bucket = buckets[hashOf(arena.bytes, ranges, kind)]!;
      for (let at = bucket.length - 1; at >= Math.max(0, bucket.length - COMPARED); at--) {
        const known = bucket[at]!;
        if (known.resource === resource && known.kind === kind && isSame(known.texts, arena.bytes, ranges)) return known.number;
      }
      const texts = Array.from({ length: SERIES_TEXTS }, (_, index) =>
        Buffer.from(arena.bytes.subarray(ranges[index * 2], ranges[index * 2 + 1])),
      );
      bucket.push({ texts, kind, resource, number: all.length });
      const [name = '', stage, model, run] = texts.map((_, index) => textOf(arena, ranges[index * 2]!, ranges[index * 2 + 1]!));
      all.push({
        name,
        kind,
        stage: stage || null,
        service: resource.service,
        model_version: model || null,
        run_id: run || null,
        resource: resource.json,
      });
      return all.length - 1;
    },
  };
}

/** Lengths and some bytes: series are few, and compared whole. */
function hashOf(bytes: Uint8Array, ranges: Int32Array, kind: number): number {
  let hash = kind;
  for (let index = 0; index < ranges.length; index += 2) {
    const start = ranges[index]!;
    const end = ranges[index + 1]!;
    if (end > start) hash = (hash * 31 + (end - start) * 7 + bytes[end - 1]! + bytes[start + ((end - start) >> 1)]! * 3) | 0;
  }
  return hash & (BUCKETS - 1);
}

function isSame(texts: readonly Buffer[], bytes: Uint8Array, ranges: Int32Array): boolean {
  for (let index = 0; index < texts.length; index++) {
    const text = texts[index]!;
    const start = ranges[index * 2]!;
    if (text.length !== ranges[index * 2 + 1]! - start) return false;
    for (let at = 0; at < text.length; at++) if (text[at] !== bytes[start + at]) return false;
  }
  return true;
}
