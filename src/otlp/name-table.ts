/** Finds which of a few known names stands in the bytes, without making a string of it. */
export interface NameTable {
  /** The index of the name from `start` to `end`, -1 for another one. */
  find(bytes: Uint8Array, start: number, end: number): number;
}

const SIZE = 1024;

/** Names must be ASCII and at least two characters long. */
export function nameTable(names: readonly string[]): NameTable {
  const encoded = names.map((name) => Buffer.from(name));
  const first = new Int16Array(SIZE).fill(-1);
  const next = new Int16Array(names.length).fill(-1);
  for (const [index, name] of encoded.entries()) {
    const place = placeOf(name, 0, name.length);
    next[index] = first[place]!;
    first[place] = index;
  }
  return {
    find: (bytes, start, end) => {
      if (end - start < 2) return -1;
      for (let index = first[placeOf(bytes, start, end)]!; index >= 0; index = next[index]!) {
        if (isEqual(encoded[index]!, bytes, start, end)) return index;
      }
      return -1;
    },
  };
}

/** Length, the last two characters and the one in the middle tell nearly all names apart. */
function placeOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  return (length * 31 + bytes[end - 1]! * 7 + bytes[end - 2]! * 3 + bytes[start + (length >> 1)]!) & (SIZE - 1);
}

function isEqual(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let index = 0; index < name.length; index++) if (name[index] !== bytes[start + index]) return false;
  return true;
}
