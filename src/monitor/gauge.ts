import type { Window } from '../analyses/analysis.ts';
import type { Store } from '../store/store.ts';

/** A gauge over a window. */
export interface GaugeReading {
  /** Mean of all samples. */
  readonly mean: number | null;
  /** The highest of the means of each series: a process, a processor. */
  readonly highest: number | null;
  readonly samples: number;
}

const SLOT_US = 300_000_000;
/** Names of the attribute that holds the state, in the host metrics package and in its successor. */
const STATE_ATTRIBUTES = ['system.cpu.state', 'cpu.mode', 'system.memory.state'];

/** Reads gauge `name`, of one `state` of the processor or memory where given. */
export async function readGauge(store: Store, name: string, window: Window, state?: string): Promise<GaugeReading> {
  const rows = await store.query<{ attributes: string; total: number; samples: number }>(
    `SELECT attributes, sum(value) AS total, count(*) AS samples FROM metrics
     WHERE name = $name AND value IS NOT NULL AND time_us >= $from AND time_us < $to GROUP BY instance, attributes`,
    { name, from: window.fromUs, to: window.toUs },
  );
  const series = rows.filter((row) => state === undefined || stateOf(row.attributes) === state);
  const samples = series.reduce((sum, row) => sum + row.samples, 0);
  if (samples === 0) return { mean: null, highest: null, samples };
  const mean = series.reduce((sum, row) => sum + row.total, 0) / samples;
  return { mean, highest: Math.max(...series.map((row) => row.total / row.samples)), samples };
}

/** The highest mean of five minutes of one series of gauge `name`, and when those began; null without data. */
export async function peakGauge(
  store: Store,
  name: string,
  window: Window,
  state: string,
): Promise<{ readonly value: number; readonly atUs: number } | null> {
  const rows = await store.query<{ attributes: string; slot: number; mean: number }>(
    `SELECT attributes, floor(time_us / ${SLOT_US}) AS slot, avg(value) AS mean FROM metrics
     WHERE name = $name AND value IS NOT NULL AND time_us >= $from AND time_us < $to
     GROUP BY instance, attributes, floor(time_us / ${SLOT_US}) ORDER BY mean DESC`,
    { name, from: window.fromUs, to: window.toUs },
  );
  const highest = rows.find((row) => stateOf(row.attributes) === state);
  return highest === undefined ? null : { value: highest.mean, atUs: highest.slot * SLOT_US };
}

function stateOf(attributes: string): unknown {
  const values = JSON.parse(attributes || '{}') as Record<string, unknown>;
  return STATE_ATTRIBUTES.map((name) => values[name]).find((value) => value !== undefined);
}
