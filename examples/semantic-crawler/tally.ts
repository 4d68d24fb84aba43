import type { Classification } from './classify.ts';

/** Counts what a crawl did, for its last words. */
export class Tally {
  readonly #categories = new Map<string, number>();
  readonly #onChange: (pages: number) => void;
  #pages = 0;
  #failed = 0;
  #kept = 0;
  #cacheHits = 0;

  constructor(onChange: (pages: number) => void) {
    this.#onChange = onChange;
  }

  countPage({ category, passed }: Classification, cacheHit: boolean): void {
    this.#pages += 1;
    if (cacheHit) this.#cacheHits += 1;
    if (passed) {
      this.#kept += 1;
      this.#categories.set(category, (this.#categories.get(category) ?? 0) + 1);
    }
    this.#onChange(this.#pages + this.#failed);
  }

  countFailure(): void {
    this.#failed += 1;
    this.#onChange(this.#pages + this.#failed);
  }

  /** A few lines for people. */
  describe({ retries, seconds, threshold }: { retries: number; seconds: number; threshold: number }): string {
    const share = Math.round((100 * this.#kept) / Math.max(1, this.#pages));
    const categories = [...this.#categories].toSorted((a, b) => b[1] - a[1]);
    return [
      `Pages       ${this.#pages} classified, ${this.#failed} failed, ${retries} retries, in ${seconds.toFixed(1)} s`,
      `Kept        ${this.#kept} (${share} %) with a score of ${threshold} or more`,
      `Cache       ${this.#cacheHits} of ${this.#pages} embeddings came from it`,
      `Categories  ${categories.map(([category, count]) => `${category} ${count}`).join(', ') || 'none'}`,
    ].join('\n');
  }
}
