import { METRIC_CACHE_LOOKUPS, ATTR_CACHE_HIT } from '../semconv.ts';
import { dialectOf } from '../store/dialect.ts';
import type { Analysis, AnalysisContext, Figure } from './analysis.ts';
import { inPeriods, missesTarget, periodOf, periodParameters, share, toFigure, valuesByPeriod } from './periods.ts';

interface HostRow {
  readonly period: number;
  readonly average_memory: number | null;
  readonly peak_memory: number | null;
  readonly average_cpu: number | null;
  readonly peak_cpu: number | null;
}

const MEBIBYTE = 1_048_576;

/** What the crawl cost: memory, processor, and what the caches saved. */
export const systemPerformance: Analysis = {
  id: 'system_performance',
  title: 'System performance',
  async run(context) {
    const figures = await measure(context);
    const known = figures.filter((figure) => figure.value !== null);
    const missed = figures.filter(missesTarget);
    return {
      id: this.id,
      title: this.title,
      status: known.length === 0 ? 'unknown' : missed.length > 0 ? 'warning' : 'ok',
      summary: known.length === 0 ? 'No host metrics and no cache look-ups in this time.' : summarize(figures),
      details: [
        { type: 'figures', figures },
        { type: 'actions', actions: missed.map(advise) },
      ],
    };
  },
};

async function measure(context: AnalysisContext): Promise<Figure[]> {
  const hosts = await context.store.query<HostRow>(HOSTS, periodParameters(context.window));
  const cache = await cacheHitRate(context);
  const memoryLimit = context.targets?.['memory_mb'];
  const cpuLimit = context.targets?.['cpu_percent'];
  return [
    toFigure(
      {
        id: 'average_memory',
        label: 'Average memory',
        unit: 'By',
        target: memoryLimit && { ...memoryLimit, limit: memoryLimit.limit * MEBIBYTE },
      },
      valuesByPeriod(hosts, (row) => row.average_memory),
    ),
    toFigure(
      { id: 'peak_memory', label: 'Peak memory', unit: 'By' },
      valuesByPeriod(hosts, (row) => row.peak_memory),
    ),
    toFigure(
      {
        id: 'average_cpu',
        label: 'Average CPU',
        unit: '1',
        target: cpuLimit && { ...cpuLimit, limit: cpuLimit.limit / 100 },
      },
      valuesByPeriod(hosts, (row) => row.average_cpu),
    ),
    toFigure(
      { id: 'peak_cpu', label: 'Peak CPU', unit: '1' },
      valuesByPeriod(hosts, (row) => row.peak_cpu),
    ),
    toFigure({ id: 'cache_hit_rate', label: 'Cache hit rate', unit: '1', target: context.targets?.['cache_hit_rate'] }, cache),
  ];
}

/** A process reports its CPU in parts (user, system) that add up at each moment. */
const HOSTS = `
  WITH moments AS (
    SELECT ${periodOf('time_us')} AS period, instance, time_us, name, sum(value) AS value FROM metrics
    WHERE ${inPeriods('time_us')} AND name IN ('process.memory.usage', 'process.cpu.utilization') GROUP BY 1, 2, 3, 4)
  SELECT period, avg(CASE WHEN name = 'process.memory.usage' THEN value END) AS average_memory,
    max(CASE WHEN name = 'process.memory.usage' THEN value END) AS peak_memory,
    avg(CASE WHEN name = 'process.cpu.utilization' THEN value END) AS average_cpu,
    max(CASE WHEN name = 'process.cpu.utilization' THEN value END) AS peak_cpu
  FROM moments GROUP BY period`;

/** From the counters, which no sampling thins out; where there are none, from the spans that asked a cache. */
async function cacheHitRate(context: AnalysisContext): Promise<(number | null)[]> {
  const parameters = periodParameters(context.window);
  const hit = dialectOf(context.store).jsonText('attributes', ATTR_CACHE_HIT);
  const counted = await context.store.query<{ period: number; hits: number; lookups: number }>(
    `WITH readings AS (
       SELECT time_us, temporality, value, ${hit} AS hit,
         lag(value, 1, 0) OVER (PARTITION BY instance, service, attributes, coalesce(start_us, 0) ORDER BY time_us) AS before
       FROM metrics WHERE name = '${METRIC_CACHE_LOOKUPS}' AND time_us < $to)
     SELECT ${periodOf('time_us')} AS period,
       sum(CASE WHEN hit = 'true' THEN CASE WHEN temporality = 1 THEN value ELSE value - before END ELSE 0 END) AS hits,
       sum(CASE WHEN temporality = 1 THEN value ELSE value - before END) AS lookups
     FROM readings WHERE ${inPeriods('time_us')} GROUP BY 1`,
    parameters,
  );
  const spans = await context.store.query<{ period: number; hits: number; lookups: number }>(
    `SELECT ${periodOf('start_us')} AS period, sum(CASE WHEN cache_hit THEN weight ELSE 0 END) AS hits, sum(weight) AS lookups
     FROM stages WHERE ${inPeriods('start_us')} AND cache_hit IS NOT NULL GROUP BY 1`,
    parameters,
  );
  const fromSpans = valuesByPeriod(spans, (row) => share(row.hits, row.lookups));
  return valuesByPeriod(counted, (row) => share(row.hits, row.lookups)).map((rate, period) => rate ?? fromSpans[period] ?? null);
}

function summarize(figures: readonly Figure[]): string {
  const value = (id: string): number | null => figures.find((figure) => figure.id === id)?.value ?? null;
  const memory = value('average_memory');
  const cpu = value('peak_cpu');
  const cache = value('cache_hit_rate');
  const parts = [
    memory === null ? [] : `memory averaged ${Math.round(memory / 1e6)} MB`,
    cpu === null ? [] : `CPU peaked at ${Math.round(cpu * 100)} %`,
    cache === null ? [] : `caches answered ${Math.round(cache * 100)} % of the look-ups`,
  ].flat();
  const text = parts.join(', ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function advise(figure: Figure) {
  const before = figure.previous === null ? '' : `, before ${round(figure.previous)}`;
  const evidence = `${figure.label} was ${round(figure.value ?? 0)}${before}; the limit is ${round(figure.target?.limit ?? 0)}`;
  const action =
    figure.id === 'cache_hit_rate'
      ? 'Check that the cache survives restarts and that its key does not change with every page.'
      : 'Lower the concurrency, or look for a stage that keeps its results.';
  return { severity: 'medium', evidence, action, command: 'crawlscope health' } as const;
}

function round(value: number): string {
  return value > 1e6 ? `${Math.round(value / 1e6)} MB` : `${(value * 100).toFixed(0)} %`;
}
