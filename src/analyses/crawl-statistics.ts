import { type Dialect, dialectOf } from '../store/dialect.ts';
import type { Action, Analysis, AnalysisContext, Figure } from './analysis.ts';
import { busySecondsByPeriod } from './busy-time.ts';
import { findFailingDomains, type FailingDomain } from './failing-domains.ts';
import { inPeriods, missesTarget, periodOf, periodParameters, share, toFigure, valuesByPeriod } from './periods.ts';

interface Counts {
  readonly period: number;
  readonly total: number;
  readonly ok: number;
  readonly failed: number;
  readonly retried: number;
  readonly attempts: number;
}

const TOP_DOMAINS = 10;

/** How many pages were crawled, how they ended, how long they took, and where they failed. */
export const crawlStatistics: Analysis = {
  id: 'crawl_statistics',
  title: 'Crawl statistics',
  async run(context) {
    const figures = await measure(context);
    const domains = await findFailingDomains(context);
    const find = (id: string): Figure | undefined => figures.find((figure) => figure.id === id);
    const actions = domains.filter((domain) => domain.worse).map(adviseDomain);
    const missed = figures.filter(missesTarget);
    return {
      id: this.id,
      title: this.title,
      status: find('total')?.value ? (missed.length > 0 || actions.length > 0 ? 'warning' : 'ok') : 'unknown',
      summary: summarize(find),
      details: [{ type: 'figures', figures }, describeDomains(domains), { type: 'actions', actions }],
    };
  },
};

async function measure(context: AnalysisContext): Promise<Figure[]> {
  const parameters = periodParameters(context.window);
  const counts = await context.store.query<Counts>(countsQuery(dialectOf(context.store)), parameters);
  const times = await context.store.query<{ period: number; average_ms: number; p95_ms: number }>(TIMES, parameters);
  const busy = await busySecondsByPeriod(context);
  const trend = (select: (row: Counts) => number | null): (number | null)[] => valuesByPeriod(counts, select);
  const timeTarget = context.targets?.['avg_crawl_time_s'];
  const totals = trend((row) => row.total);
  const count = (id: keyof Counts, label: string, unit = '{page}'): Figure =>
    toFigure(
      { id, label, unit },
      trend((row) => row[id]),
    );
  return [
    count('total', 'Pages'),
    count('ok', 'Succeeded'),
    count('failed', 'Failed'),
    count('retried', 'Retried'),
    toFigure(
      { id: 'failure_rate', label: 'Failure rate', unit: '1', target: context.targets?.['error_rate'] },
      trend((row) => share(row.failed, row.ok + row.failed)),
    ),
    count('attempts', 'Attempts', '{attempt}'),
    toFigure(
      {
        id: 'average_time',
        label: 'Average time of an attempt',
        unit: 'ms',
        target: timeTarget && { ...timeTarget, limit: timeTarget.limit * 1000 },
      },
      valuesByPeriod(times, (row) => row.average_ms),
    ),
    toFigure(
      { id: 'p95_time', label: '95th percentile', unit: 'ms' },
      valuesByPeriod(times, (row) => row.p95_ms),
    ),
    toFigure(
      { id: 'pages_per_second', label: 'Speed while crawling', unit: '{page}/s' },
      totals.map((pages, period) => (pages === null ? null : share(pages, busy[period]))),
    ),
  ];
}

/**
 * One row a trace first: a page that needed three attempts is one page. A first attempt that succeeded is alone in its trace unless
 * another one says otherwise, so only the traces of those others are put together; all the rest is one row without a trace.
 */
const countsQuery = ({ digest }: Dialect): string => `
  WITH tried AS (
    SELECT DISTINCT ${digest('trace_id')} AS trace FROM pages
    WHERE ${inPeriods('start_us')} AND (outcome <> 'ok' OR retry > 0 OR parent_span_id IS NOT NULL)),
  visits AS (
    SELECT ${periodOf('p.start_us')} AS period, t.trace AS trace, max(p.weight) AS weight, sum(p.weight) AS attempts,
      max(CASE WHEN p.outcome = 'ok' THEN 1 ELSE 0 END) AS ok,
      max(CASE WHEN p.outcome = 'failed' THEN 1 ELSE 0 END) AS failed,
      max(CASE WHEN p.outcome = 'retried' OR p.retry > 0 THEN 1 ELSE 0 END) AS retried
    FROM pages p LEFT JOIN tried t ON t.trace = ${digest('p.trace_id')} WHERE ${inPeriods('p.start_us')} GROUP BY 1, 2),
  weighed AS (
    SELECT period, CASE WHEN trace IS NULL THEN attempts ELSE weight END AS weight, attempts, ok, failed, retried FROM visits)
  SELECT period, sum(weight) AS total, sum(weight * ok) AS ok, sum(weight * failed * (1 - ok)) AS failed,
    sum(weight * retried) AS retried, sum(attempts) AS attempts
  FROM weighed GROUP BY period`;

/**
 * Durations are added up by whole millisecond first; only those of the millisecond that the percentile falls in are put in order,
 * equal ones as one.
 */
const TIMES = `
  WITH attempts AS (
    SELECT ${periodOf('start_us')} AS period, duration_ms, floor(duration_ms) AS whole, weight
    FROM pages WHERE ${inPeriods('start_us')} AND duration_ms IS NOT NULL),
  counted AS (
    SELECT period, whole, sum(weight) AS pages, sum(weight * duration_ms) AS total_ms FROM attempts GROUP BY period, whole),
  stacked AS (
    SELECT period, whole, pages, sum(pages) OVER (PARTITION BY period ORDER BY whole) AS below,
      sum(pages) OVER (PARTITION BY period) AS everything
    FROM counted),
  hit AS (
    SELECT period, min(whole) AS whole, min(below - pages) AS before, max(everything) AS everything
    FROM stacked WHERE below >= 0.95 * everything GROUP BY period),
  near AS (
    SELECT a.period AS period, a.duration_ms AS duration_ms, max(h.before) AS before, max(h.everything) AS everything, sum(a.weight) AS pages
    FROM attempts a JOIN hit h ON h.period = a.period AND h.whole = a.whole GROUP BY 1, 2),
  ranked AS (
    SELECT period, duration_ms, everything, before + sum(pages) OVER (PARTITION BY period ORDER BY duration_ms) AS below FROM near),
  percentiles AS (
    SELECT period, min(CASE WHEN below >= 0.95 * everything THEN duration_ms END) AS p95_ms FROM ranked GROUP BY period),
  means AS (SELECT period, sum(total_ms) / sum(pages) AS average_ms FROM counted GROUP BY period)
  SELECT m.period AS period, m.average_ms AS average_ms, p.p95_ms AS p95_ms
  FROM means m LEFT JOIN percentiles p ON p.period = m.period`;

function summarize(find: (id: string) => Figure | undefined): string {
  const total = find('total')?.value;
  if (!total) return 'No page was crawled in this time.';
  const failed = find('failed')?.value ?? 0;
  const rate = find('failure_rate');
  const before = rate?.previous === null || rate?.previous === undefined ? '' : ` (${percent(rate.previous)} before)`;
  const retried = find('retried')?.value ?? 0;
  return `${number(total)} pages were crawled; ${number(failed)} failed, ${percent(rate?.value ?? 0)}${before}, and ${number(retried)} needed another attempt.`;
}

function describeDomains(domains: readonly FailingDomain[]) {
  const columns = [
    { id: 'domain', label: 'Domain', type: 'text' },
    { id: 'failed', label: 'Failed', type: 'count' },
    { id: 'failure_rate', label: 'Of its pages', type: 'ratio' },
    { id: 'previous_rate', label: 'Before', type: 'ratio' },
    { id: 'error_type', label: 'Mostly', type: 'text' },
    { id: 'trace_id', label: 'Example', type: 'trace' },
  ] as const;
  const rows = domains.slice(0, TOP_DOMAINS).map((d) => [d.domain, d.failed, d.rate, d.previousRate, d.errorType, d.traceId]);
  return { type: 'table', id: 'top_failed_domains', title: 'Domains that failed most', columns, rows } as const;
}

function adviseDomain(domain: FailingDomain): Action {
  return {
    severity: 'high',
    evidence: `${number(domain.failed)} of ${number(domain.pages)} pages of ${domain.domain} failed (${percent(domain.rate)}, before ${percent(domain.previousRate ?? 0)}), mostly ${domain.errorType}`,
    action: REMEDIES[domain.errorType] ?? 'Look at an example and fix or exclude the domain.',
    command: `crawlscope trace ${domain.traceId}`,
  };
}

const REMEDIES: Readonly<Record<string, string>> = {
  timeout: 'Lower the concurrency for this domain or raise its time-out.',
  dns: 'Check that the domain still exists; remove it from the start URLs if not.',
  connection: 'Check that the site is up and that your address is not refused.',
  tls: 'Check the certificate of the site and the clock of the crawler.',
  http_4xx: 'Check where the crawler finds these links; they may be out of date.',
  http_5xx: 'Crawl this domain slower and at another hour; its server is overloaded or broken.',
  blocked: 'Crawl slower, say who you are in the user agent, and respect robots.txt.',
  robots: 'Leave these URLs out: the site does not want them crawled.',
  empty_content: 'Check whether the site needs a browser, or another extraction method.',
};

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}
