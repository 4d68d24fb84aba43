const LANE_1: i32 = 0x9e3779b1;
const LANE_2: i32 = 0x85ebca77;

/** A hash of 64 bits of the bytes from `start` to `end`. */
export function hashBytes(start: usize, end: usize): u64 {
  let first = i32(end - start);
  let second = ~first;
  for (let at = start; at < end; at++) {
    const byte = i32(load<u8>(at));
    first = (rotl(first, 13) * LANE_1) ^ byte;
    second = (rotl(second, 17) ^ byte) * LANE_2;
  }
  return (u64(u32(mix(first ^ (second >>> 7)))) << 32) | u64(u32(mix(second)));
}

/** The finalizer of MurmurHash3. */
function mix(lane: i32): i32 {
  let mixed = (lane ^ (lane >>> 16)) * 0x85ebca6b;
  mixed = (mixed ^ (mixed >>> 13)) * 0xc2b2ae35;
  return mixed ^ (mixed >>> 16);
}
