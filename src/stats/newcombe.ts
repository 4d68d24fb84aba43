import { normalQuantile } from './tails.ts';

/**
 * Newcombe's hybrid score interval of the difference `b/m - a/n` (method 10 of Newcombe 1998, without continuity correction).
 */
export function newcombeInterval(a: number, n: number, b: number, m: number, confidence = 0.95): readonly [number, number] {
  const z = normalQuantile(1 - (1 - confidence) / 2);
  const first = a / n;
  const second = b / m;
  const [firstLow, firstHigh] = wilsonInterval(first, n, z);
  const [secondLow, secondHigh] = wilsonInterval(second, m, z);
  const difference = second - first;
  return [
    difference - Math.hypot(second - secondLow, firstHigh - first),
    difference + Math.hypot(secondHigh - second, first - firstLow),
  ];
}

function wilsonInterval(share: number, n: number, z: number): readonly [number, number] {
  const centre = share + (z * z) / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return [(centre - half) / scale, (centre + half) / scale];
}
