import { METRIC_TELEMETRY_DROPPED } from '../semconv.ts';
import { type Dialect, dialectOf } from '../store/dialect.ts';
import type { Analysis, AnalysisContext, Detail, Figure } from './analysis.ts';
import { inPeriods, periodOf, periodParameters, toFigure, valuesByPeriod } from './periods.ts';

const DAY_US = 86_400_000_000;

/** Whether the telemetry of the window is all there, so that the other sections can be believed. */
export const dataCompleteness: Analysis = {
  id: 'data_completeness',
  title: 'Data completeness',
  async run(context) {
    const { window } = context;
    const figures = await measure(context);
    const value = (id: string): number => figures.find((figure) => figure.id === id)?.value ?? 0;
    const skipped = context.skipped ?? [];
    const days = Math.ceil((window.toUs - window.fromUs) / DAY_US);
    const problems = [
      ...(value('days_with_data') < days ? [`${days - value('days_with_data')} of ${days} days have no page`] : []),
      ...(value('orphans') > 0
        ? [`${value('orphans')} attempts left stages but no page span (a crash, or files not yet complete)`]
        : []),
      ...(value('dropped') > 0 ? [`${value('dropped')} items were dropped before they were written`] : []),
      ...(skipped.length > 0 ? [`${skipped.length} stretches of the files could not be read`] : []),
    ];
    const empty = value('spans') === 0;
    return {
      id: this.id,
      title: this.title,
      status: empty ? 'unknown' : problems.length > 0 ? 'warning' : 'ok',
      summary: empty
        ? 'There is no telemetry of this time.'
        : problems.length > 0
          ? `${problems.join('; ')}.`
          : 'Nothing is missing.',
      details: [{ type: 'figures', figures }, ...describeSkipped(skipped)],
    };
  },
};

async function measure(context: AnalysisContext): Promise<Figure[]> {
  const parameters = periodParameters(context.window);
  const count = async (expression: string, table: string, time: string, where = '1 = 1'): Promise<(number | null)[]> => {
    const rows = await context.store.query<{ period: number; value: number }>(
      `SELECT ${periodOf(time)} AS period, ${expression} AS value FROM ${table} WHERE ${inPeriods(time)} AND ${where} GROUP BY 1`,
      parameters,
    );
    return valuesByPeriod(rows, (row) => row.value);
  };
  const kept = await context.store.query<{ period: number; days: number; runs: number }>(KEPT, parameters);
  const spans = await count('count(*)', 'spans', 'start_us');
  // No row means none, where there is telemetry at all.
  const none = (values: (number | null)[]): (number | null)[] =>
    values.map((value, at) => value ?? (spans[at] === null ? null : 0));
  return [
    toFigure({ id: 'spans', label: 'Spans', unit: '{span}' }, spans),
    toFigure(
      { id: 'metric_points', label: 'Metric points', unit: '{point}' },
      none(await count('count(*)', 'metrics', 'time_us')),
    ),
    toFigure({ id: 'log_records', label: 'Log records', unit: '{record}' }, none(await count('count(*)', 'logs', 'time_us'))),
    toFigure({ id: 'days_with_data', label: 'Days with pages', unit: '{day}' }, none(valuesByPeriod(kept, (row) => row.days))),
    toFigure({ id: 'runs', label: 'Runs', unit: '{run}' }, none(valuesByPeriod(kept, (row) => row.runs))),
    toFigure(
      { id: 'orphans', label: 'Attempts without a page span', unit: '{attempt}' },
      none(
        (await mayHaveOrphans(context))
          ? await count('count(DISTINCT parent_span_id)', 'stages', 'start_us', outside(dialectOf(context.store).digest, 'spans'))
          : spans.map(() => null),
      ),
    ),
    toFigure(
      { id: 'dropped', label: 'Telemetry dropped', unit: '{item}' },
      none(await count('sum(value)', LAST_DROPPED, 'time_us')),
    ),
  ];
}

/** Days and runs that left a page. */
const KEPT = `
  WITH kept AS (
    SELECT ${periodOf('start_us')} AS period, floor((start_us - $first) / ${DAY_US}) AS day, run_id
    FROM pages WHERE ${inPeriods('start_us')} GROUP BY 1, 2, 3)
  SELECT period, count(DISTINCT day) AS days, count(DISTINCT run_id) AS runs FROM kept GROUP BY period`;

/** Most stages belong to a page; only where one does not, all spans must be searched for its parent. */
async function mayHaveOrphans({ store, window }: AnalysisContext): Promise<boolean> {
  const { digest } = dialectOf(store);
  const rows = await store.query(
    `SELECT 1 AS found FROM stages WHERE ${inPeriods('start_us')} AND ${outside(digest, 'pages')} LIMIT 1`,
    periodParameters(window),
  );
  return rows.length > 0;
}

/** SQL: the condition that the parent of a stage is not in a table. */
function outside(digest: Dialect['digest'], table: 'pages' | 'spans'): string {
  return `${digest('parent_span_id')} IS NOT NULL AND ${digest('parent_span_id')} NOT IN (
    SELECT ${digest('span_id')} FROM ${table} WHERE start_us >= $first - $length AND ${digest('span_id')} IS NOT NULL)`;
}

/** Cumulative counters: the last reading of each process says it all. */
const LAST_DROPPED = `(
  SELECT max(time_us) AS time_us, max(value) AS value FROM metrics WHERE name = '${METRIC_TELEMETRY_DROPPED}'
  GROUP BY instance, service, attributes, start_us) AS dropped`;

function describeSkipped(skipped: NonNullable<AnalysisContext['skipped']>): Detail[] {
  if (skipped.length === 0) return [];
  const columns = [
    { id: 'file', label: 'File', type: 'text' },
    { id: 'offset', label: 'Offset', type: 'count' },
    { id: 'bytes', label: 'Bytes', type: 'bytes' },
    { id: 'reason', label: 'Reason', type: 'text' },
  ] as const;
  const rows = skipped.slice(0, 20).map((stretch) => [stretch.file, stretch.offset, stretch.bytes, stretch.reason]);
  return [{ type: 'table', id: 'skipped', title: 'Stretches that could not be read', columns, rows }];
}
