import type { Window } from '../analyses/analysis.ts';
import type { Store } from '../store/store.ts';

/** How much one series of a counter rose in a window. */
export interface Rise {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: number;
}

/** How far back the value is looked up that a cumulative counter had when the window began, in microseconds. */
const LOOK_BACK_US = 86_400_000_000;

/** The rise of every series of counter `name` within the window, of either temporality; a restarted process starts at 0. */
export async function readRises(store: Store, name: string, window: Window): Promise<readonly Rise[]> {
  const rows = await store.query<{
    attributes: string;
    temporality: number;
    started: number | null;
    base: number | null;
    first: number;
    last: number;
    total: number;
  }>(
    `SELECT attributes, temporality, start_us AS started,
       max(CASE WHEN time_us < $from THEN value END) AS base,
       min(CASE WHEN time_us >= $from THEN value END) AS first,
       max(CASE WHEN time_us >= $from THEN value END) AS last,
       sum(CASE WHEN time_us >= $from THEN value END) AS total
     FROM metrics WHERE name = $name AND time_us >= $earliest AND time_us < $to
     GROUP BY instance, start_us, attributes, temporality
     HAVING max(time_us) >= $from`,
    { name, from: window.fromUs, to: window.toUs, earliest: window.fromUs - LOOK_BACK_US },
  );
  return rows.map((row) => {
    const startedInside = row.started !== null && row.started >= window.fromUs - LOOK_BACK_US;
    const base = row.base ?? (startedInside ? 0 : row.first);
    const attributes = JSON.parse(row.attributes || '{}') as Record<string, unknown>;
    return { attributes, value: row.temporality === 1 ? row.total : Math.max(row.last - base, 0) };
  });
}

/** The sum of the rises whose attributes satisfy `keep`. */
export function sumRises(rises: readonly Rise[], keep: (attributes: Rise['attributes']) => boolean = () => true): number {
  return rises.filter((rise) => keep(rise.attributes)).reduce((sum, rise) => sum + rise.value, 0);
}
