import { grown } from './host';

/**
 * How memory is laid out: what lives as long as the module; the arena, which holds a block of telemetry and behind it the texts of its
 * rows; room for more of those; and at the end the attributes of the span that is being read.
 */
let arenaStart: usize = 0;
/** The end of the block, behind which texts start that rows may point to. */
export let textsStart: usize = 0;
/** The end of what is in use of the arena. */
export let arenaEnd: usize = 0;
let attributes: usize = 0;
export let attributeCount: i32 = 0;

/** One attribute: addresses of its whole key with quotes and of its value. */
@unmanaged
export class Attribute {
  /** -1 where it has none. */
  slot: i32;
  kind: u8;
  /** No column holds it. */
  isRest: bool;
  keyStart: usize;
  keyEnd: usize;
  /** A text without its quotes, the digits of a number, `true` or `false`, or the whole object around any other value. */
  start: usize;
  end: usize;
  number: f64;
}

/** Readable behind what is in use, for reads of whole vectors. */
const SLACK: usize = 64;
const PAGE: usize = 65_536;
const FIRST_ROOM: usize = 1 << 20;

/** Memory for as long as the module lives; all of it is taken before the first block. */
export function allocate(bytes: usize): usize {
  return heap.alloc((bytes + SLACK + 15) & ~15);
}

/** Starts an arena for `bytes` that are to be put to its start; returns that. */
export function openArena(bytes: usize): usize {
  if (arenaStart === 0) {
    arenaStart = allocate(0);
    attributes = arenaStart;
  }
  attributeCount = 0;
  textsStart = arenaEnd = arenaStart + bytes;
  if (arenaEnd + SLACK > attributes) moveAttributes(arenaEnd + FIRST_ROOM);
  return arenaStart;
}

/** Makes room for `bytes` at the end of the arena; returns where that is. */
export function reserve(bytes: usize): usize {
  const needed = arenaEnd + bytes + SLACK;
  if (needed > attributes) moveAttributes(needed + (needed - arenaStart) / 2);
  return arenaEnd;
}

/** Counts what was written behind the end of the arena as in use. */
export function setArenaEnd(end: usize): void {
  arenaEnd = end;
}

/** The place of attribute `index`. */
export function attributeAt(index: i32): Attribute {
  return changetype<Attribute>(attributes + usize(index) * offsetof<Attribute>());
}

/** Starts another attribute. */
export function addAttribute(): Attribute {
  growTo(attributes + usize(++attributeCount) * offsetof<Attribute>());
  return attributeAt(attributeCount - 1);
}

export function dropAttributes(): void {
  attributeCount = 0;
}

function moveAttributes(to: usize): void {
  const place = (to + 15) & ~15;
  const bytes = usize(attributeCount) * offsetof<Attribute>();
  growTo(place + bytes);
  memory.copy(place, attributes, bytes);
  attributes = place;
}

function growTo(end: usize): void {
  const missing = i32((end + SLACK + PAGE - 1) / PAGE) - memory.size();
  if (missing <= 0) return;
  if (memory.grow(missing) < 0) unreachable();
  grown();
}

/** Where the attributes of the span are. */
export function attributesStart(): usize {
  return attributes;
}
