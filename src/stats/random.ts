import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded source of whole numbers: the next one from 0 up to, not including, `limit`. */
export type NextInt = (limit: number) => number;

/** Starts a repeatable generator: the same seed gives the same numbers. */
export function seedRandom(seed: number): NextInt {
  const generator = xoroshiro128plus(seed);
  return (limit) => uniformInt(generator, 0, limit - 1);
}

/** Moves `count` random items to the front, every choice equally likely: the first steps of a Fisher-Yates shuffle. */
export function pickFirst(items: Int32Array, count: number, next: NextInt): void {
  for (let at = 0; at < count; at++) {
    const other = at + next(items.length - at);
    const item = items[at]!;
    items[at] = items[other]!;
    items[other] = item;
  }
}
