import type { Store } from '../store/store.ts';
import type { Window } from './analysis.ts';

/** Pages judged by one run under one threshold, configuration and model. */
export interface ThresholdRun {
  readonly run_id: string | null;
  readonly method: string | null;
  readonly threshold: number | null;
  readonly config_hash: string | null;
  readonly model_version: string | null;
  /** First page, ISO 8601. */
  readonly from: string;
  readonly pages: number;
  readonly passed: number;
  readonly pass_rate: number;
}

/** Pass rates of the window, one row for each run, threshold, configuration and model, in the order they began. */
export async function listThresholdRuns(store: Store, window: Window): Promise<ThresholdRun[]> {
  const rows = await store.query<
    Omit<ThresholdRun, 'from' | 'method' | 'pass_rate'> & { classification_method: string | null; first_us: number }
  >(
    `SELECT run_id, classification_method, threshold, config_hash, model_version,
       MIN(start_us) AS first_us, COUNT(*) AS pages, SUM(CASE WHEN threshold_passed THEN 1 ELSE 0 END) AS passed
     FROM pages WHERE threshold_passed IS NOT NULL AND start_us >= $fromUs AND start_us < $toUs
     GROUP BY run_id, classification_method, threshold, config_hash, model_version
     ORDER BY first_us, run_id`,
    { fromUs: window.fromUs, toUs: window.toUs },
  );
  return rows.map((row) => ({
    run_id: row.run_id,
    method: row.classification_method,
    threshold: row.threshold,
    config_hash: row.config_hash,
    model_version: row.model_version,
    from: new Date(row.first_us / 1000).toISOString(),
    pages: row.pages,
    passed: row.passed,
    pass_rate: row.passed / row.pages,
  }));
}

/** The pass rate of a window over all its runs; sampled pages count as many as they stand for. */
export async function readPassRate(store: Store, window: Window): Promise<{ pages: number; rate: number | null }> {
  const [row] = await store.query<{ pages: number; judged: number | null; passed: number | null }>(
    `SELECT COUNT(*) AS pages, SUM(weight) AS judged, SUM(CASE WHEN threshold_passed THEN weight ELSE 0 END) AS passed
     FROM pages WHERE threshold_passed IS NOT NULL AND start_us >= $fromUs AND start_us < $toUs`,
    { fromUs: window.fromUs, toUs: window.toUs },
  );
  return { pages: row?.pages ?? 0, rate: row?.judged ? (row.passed ?? 0) / row.judged : null };
}
