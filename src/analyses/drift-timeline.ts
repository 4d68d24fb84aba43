import { dialectOf } from '../store/dialect.ts';
import type { Store } from '../store/store.ts';
import type { DriftFinding } from './drift-findings.ts';
import type { DriftWindows } from './drift-pages.ts';

/** How often the drifted tags were given, in steps as long as the current window. */
export interface DriftTimeline {
  /** Start of each step, ISO 8601; the last one is the current window. */
  readonly steps: readonly string[];
  /** Length of a step, seconds. */
  readonly step_seconds: number;
  /** Share of the category's pages with the tag; null where a step has no page. */
  readonly series: readonly { readonly category: string; readonly tag: string; readonly shares: readonly (number | null)[] }[];
}

const MOST_STEPS = 60;
const MOST_SERIES = 4;

/** The shares of the strongest drifted tags over both windows. */
export async function drawTimeline(
  store: Store,
  { reference, current }: DriftWindows,
  findings: readonly DriftFinding[],
): Promise<DriftTimeline> {
  const drifted = findings.filter((finding) => finding.status === 'drift').slice(0, MOST_SERIES);
  const stepUs = current.toUs - current.fromUs;
  const count = Math.min(MOST_STEPS, Math.ceil((current.toUs - reference.fromUs) / stepUs));
  const fromUs = current.toUs - count * stepUs;
  const steps = Array.from({ length: count }, (_, at) => new Date((fromUs + at * stepUs) / 1000).toISOString());
  if (drifted.length === 0) return { steps, step_seconds: stepUs / 1e6, series: [] };
  const parameters = { from: fromUs, to: current.toUs, step: stepUs };
  const source = `SELECT trace_id, category, FLOOR((start_us - $from) / $step) AS step, tags FROM pages
    WHERE category IS NOT NULL AND start_us >= $from AND start_us < $to`;
  const pages = await store.query<{ category: string; step: number; pages: number }>(
    `SELECT category, step, COUNT(DISTINCT trace_id) AS pages FROM (${source}) stepped GROUP BY category, step`,
    parameters,
  );
  const tagged = await store.query<{ category: string; step: number; tag: string; pages: number }>(
    `SELECT category, step, tag, COUNT(*) AS pages
     FROM (SELECT DISTINCT trace_id, category, step, ${dialectOf(store).unnest('tags')} AS tag FROM (${source}) stepped) tags
     GROUP BY category, step, tag`,
    parameters,
  );
  const all = new Map(pages.map((row) => [key(row.category, row.step), row.pages]));
  const withTag = new Map(tagged.map((row) => [key(row.category, row.step, row.tag), row.pages]));
  const series = drifted.map(({ category, tag }) => ({
    category,
    tag,
    shares: steps.map((_, step) => {
      const total = all.get(key(category, step));
      return total === undefined ? null : (withTag.get(key(category, step, tag)) ?? 0) / total;
    }),
  }));
  return { steps, step_seconds: stepUs / 1e6, series };
}

function key(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts);
}
