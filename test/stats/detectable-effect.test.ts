import { expect, test } from 'vitest';
import { seedRandom } from '../../src/stats/random.ts';
import { testCochranMantelHaenszel } from '../../src/stats/cochran-mantel-haenszel.ts';
import { smallestDetectableOddsRatio } from '../../src/stats/detectable-effect.ts';

test('an effect of the promised size is found about as often as promised', () => {
  const next = seedRandom(11);
  const draw = (n: number, share: number): number =>
    Array.from({ length: n }, () => next(1_000_000) < share * 1e6).filter(Boolean).length;
  const { variance } = testCochranMantelHaenszel([{ a: 200, n: 1000, b: 50, m: 250 }]);
  const odds = (0.2 / 0.8) * smallestDetectableOddsRatio(variance)!;
  const rounds = 400;
  let found = 0;
  for (let round = 0; round < rounds; round++) {
    const { p } = testCochranMantelHaenszel([{ a: draw(1000, 0.2), n: 1000, b: draw(250, odds / (1 + odds)), m: 250 }]);
    if (p! < 0.05) found++;
  }
  expect(found / rounds).toBeGreaterThan(0.7);
  expect(found / rounds).toBeLessThan(0.9);
});

test('more data shows smaller effects, no data none', () => {
  expect(smallestDetectableOddsRatio(100)!).toBeLessThan(smallestDetectableOddsRatio(10)!);
  expect(smallestDetectableOddsRatio(0)).toBeNull();
});
