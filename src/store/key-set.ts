/** Keys of 64 bits, as two words. */
export interface KeySet {
  /** Adds a key; false where it was there. */
  add(high: number, low: number): boolean;
  clear(): void;
}

const FIRST_SLOTS = 1 << 16;
const FILL = 0.6;

/** A set of open addressing; the key of two zeros is kept as another one. */
export function startKeySet(): KeySet {
  let slots = new Int32Array(FIRST_SLOTS * 2);
  let count = 0;
  const place = (to: Int32Array, high: number, low: number): boolean => {
    const mask = to.length / 2 - 1;
    let at = Math.imul(high ^ Math.imul(low, 0x9e3779b1), 0x85ebca6b) & mask;
    for (;;) {
      const first = to[at * 2]!;
      const second = to[at * 2 + 1]!;
      if (first === 0 && second === 0) break;
      if (first === high && second === low) return false;
      at = (at + 1) & mask;
    }
    to[at * 2] = high;
    to[at * 2 + 1] = low;
    return true;
  };
  const grow = (): void => {
    const grown = new Int32Array(slots.length * 2);
    for (let at = 0; at < slots.length; at += 2) {
      if (slots[at] !== 0 || slots[at + 1] !== 0) place(grown, slots[at]!, slots[at + 1]!);
    }
    slots = grown;
  };
  return {
    add: (high, low) => {
      if (!place(slots, high | 0, high === 0 && low === 0 ? 1 : low | 0)) return false;
      if (++count > (slots.length / 2) * FILL) grow();
      return true;
    },
    clear: () => {
      slots = slots.length > FIRST_SLOTS * 32 ? new Int32Array(FIRST_SLOTS * 2) : slots.fill(0);
      count = 0;
    },
  };
}
