import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { PageGroup } from '../../src/analyses/drift-pages.ts';

/** One simulated pair of windows: pages of one category whose tags depend on their domain. */
export interface SimulationOptions {
  readonly seed: number;
  readonly tags: number;
  readonly domains: number;
  readonly referencePages: number;
  readonly currentPages: number;
  /** Correlation of the tags of two pages of one domain. */
  readonly correlation: number;
  /** The first tags drift by this odds ratio. */
  readonly drifted: number;
  readonly oddsRatio: number;
}

export const WEEK: SimulationOptions = {
  seed: 0,
  tags: 200,
  domains: 200,
  referencePages: 4000,
  currentPages: 1000,
  correlation: 0.1,
  drifted: 0,
  oddsRatio: 3,
};

/** Simulates two windows that visit the domains in another mix. */
export function simulateWindows(options: SimulationOptions): PageGroup[] {
  const generator = xoroshiro128plus(options.seed);
  const next = (): number => uniformFloat64(generator);
  const spread = (1 - options.correlation) / options.correlation;
  const shares = Array.from({ length: options.tags }, () => {
    const mean = 0.01 + 0.09 * next() ** 2;
    return Array.from({ length: options.domains }, () => drawBeta(mean * spread, (1 - mean) * spread, next));
  });
  const weights = Array.from({ length: options.domains }, () => -Math.log(1 - next()));
  const shifted = weights.map((weight) => weight * -Math.log(1 - next()));
  const page = (current: boolean, at: number): PageGroup => {
    const domain = drawIndex(current ? shifted : weights, next);
    const tags = shares.flatMap((byDomain, tag) => {
      const share = byDomain[domain] ?? 0;
      const odds = (share / (1 - share)) * (current && tag < options.drifted ? options.oddsRatio : 1);
      return next() < odds / (1 + odds) ? [`tag-${tag}`] : [];
    });
    return { category: 'all', domain: `site-${domain}.example`, current, tags, pages: 1, firstUs: at, firstTraceId: String(at) };
  };
  return [
    ...Array.from({ length: options.referencePages }, (_, at) => page(false, at)),
    ...Array.from({ length: options.currentPages }, (_, at) => page(true, options.referencePages + at)),
  ];
}

/** Draws from a beta distribution (Jöhnk 1964). */
function drawBeta(alpha: number, beta: number, next: () => number): number {
  for (;;) {
    const first = next() ** (1 / alpha);
    const second = next() ** (1 / beta);
    if (first + second <= 1 && first + second > 0) return first / (first + second);
  }
}

function drawIndex(weights: readonly number[], next: () => number): number {
  let left = next() * weights.reduce((sum, weight) => sum + weight, 0);
  const at = weights.findIndex((weight) => (left -= weight) < 0);
  return at < 0 ? weights.length - 1 : at;
}
