import type { Store } from '../store/store.ts';
import type { ExampleTrace } from './message.ts';

/** Missing data is `UNKNOWN`, never `PASS`. */
export type HealthStatus = 'PASS' | 'FAIL' | 'UNKNOWN';

/** One check, as measured now. */
export interface HealthResult {
  readonly id: string;
  readonly title: string;
  readonly status: HealthStatus;
  readonly value: number | null;
  readonly limit: number;
  readonly direction: 'at least' | 'at most' | 'below';
  /** UCUM unit, `1` for a ratio. */
  readonly unit: string;
  readonly why: string;
  /** What to do; empty where the check passed. */
  readonly action: string;
  readonly traces: readonly ExampleTrace[];
}

/** What every check is given. */
export interface HealthContext {
  readonly store: Store;
  readonly nowUs: number;
  /** The data folder, whose disk is looked at. */
  readonly data: string;
  readonly golden?: string;
  readonly classifier?: string;
}

/** What a check found. */
export interface Measured {
  readonly value: number | null;
  readonly why: string;
  /** Where the value alone does not decide. */
  readonly status?: HealthStatus;
  readonly action?: string;
  readonly traces?: readonly ExampleTrace[];
}

/** One question of the health check, with its limit by default. */
export interface HealthCheck extends Pick<HealthResult, 'title' | 'limit' | 'direction' | 'unit' | 'action'> {
  readonly id: string;
  measure(context: HealthContext, limit: number): Promise<Measured>;
}
