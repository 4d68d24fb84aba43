import type { Store } from '../store/store.ts';
import type { DriftWindows } from './drift-pages.ts';

/** A model version that took over; a drift after it may be the model's doing. */
export interface ModelChange {
  /** First page of the new version, ISO 8601. */
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly window: 'reference' | 'current';
}

/** Model versions that appeared inside the two windows, oldest first. */
export async function findModelChanges(store: Store, { reference, current }: DriftWindows): Promise<ModelChange[]> {
  const versions = await store.query<{ model_version: string; first_us: number }>(
    `SELECT model_version, MIN(start_us) AS first_us FROM pages
     WHERE model_version IS NOT NULL AND start_us >= $from AND start_us < $to
     GROUP BY model_version ORDER BY first_us`,
    { from: reference.fromUs, to: current.toUs },
  );
  return versions.slice(1).map((version, at) => ({
    at: new Date(version.first_us / 1000).toISOString(),
    from: versions[at]?.model_version ?? '',
    to: version.model_version,
    window: version.first_us >= current.fromUs ? 'current' : 'reference',
  }));
}
