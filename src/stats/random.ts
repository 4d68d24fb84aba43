import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded source of whole numbers: the next one from 0 up to, not including, `limit`. */
export type NextInt = (limit: number) => number;

/** Starts a repeatable generator: the same seed gives the same numbers. */
export function seedRandom(seed: number): NextInt {
  const generator = xoroshiro128plus(seed);
  return (limit) => uniformInt(generator, 0, limit - 1);
}

/** Shuffles in place, every order equally likely (Fisher-Yates). */
export function shuffle<T>(items: T[], next: NextInt): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = next(last + 1);
    [items[last], items[other]] = [items[other] as T, items[last] as T];
  }
}
