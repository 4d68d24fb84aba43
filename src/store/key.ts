const LANE_1 = 0x9e3779b1;
const LANE_2 = 0x85ebca77;

/** A hash of 64 bits, as two words, of what makes a record the same record when it is read twice. */
export function hashKey(text: string): readonly [high: number, low: number] {
  let first = text.length;
  let second = ~text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    first = Math.imul((first << 13) | (first >>> 19), LANE_1) ^ unit;
    second = Math.imul(((second << 17) | (second >>> 15)) ^ unit, LANE_2);
  }
  return [mix(first ^ (second >>> 7)), mix(second)];
}

/** The finalizer of MurmurHash3. */
function mix(lane: number): number {
  let mixed = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
