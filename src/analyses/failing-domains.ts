import { testTwoProportions } from '../stats/two-proportion.ts';
import type { AnalysisContext } from './analysis.ts';
import { previousWindow } from './periods.ts';

/** A domain with failed pages in the window. */
export interface FailingDomain {
  readonly domain: string;
  readonly failed: number;
  readonly pages: number;
  readonly rate: number;
  /** Failure rate in the window before; null where the domain had no page then. */
  readonly previousRate: number | null;
  /** The most frequent class. */
  readonly errorType: string;
  /** A failed page of that class. */
  readonly traceId: string;
  /** Clearly more than before: five failures, twice the rate, and p < 0.01 (over all domains) in a two-proportion test. */
  readonly worse: boolean;
}

interface DomainRow {
  readonly domain: string;
  readonly error_type: string | null;
  readonly pages: number;
  readonly failed: number;
  readonly previous_pages: number;
  readonly previous_failed: number;
  readonly trace_id: string | null;
}

const LEAST_FAILURES = 5;
const ALPHA = 0.01;

/** The domains with failed pages, most failures first. */
export async function findFailingDomains(context: AnalysisContext): Promise<FailingDomain[]> {
  const before = previousWindow(context.window);
  const rows = await context.store.query<DomainRow>(
    `SELECT coalesce(domain, '') AS domain, CASE WHEN outcome = 'failed' THEN coalesce(error_type, 'unknown') END AS error_type,
       coalesce(sum(CASE WHEN start_us >= $from THEN weight END), 0) AS pages,
       coalesce(sum(CASE WHEN start_us >= $from AND outcome = 'failed' THEN weight END), 0) AS failed,
       coalesce(sum(CASE WHEN start_us < $from THEN weight END), 0) AS previous_pages,
       coalesce(sum(CASE WHEN start_us < $from AND outcome = 'failed' THEN weight END), 0) AS previous_failed,
       max(CASE WHEN start_us >= $from AND outcome = 'failed' THEN trace_id END) AS trace_id
     FROM pages WHERE start_us >= $before AND start_us < $to AND outcome IN ('ok', 'failed') GROUP BY 1, 2`,
    { before: before.fromUs, from: context.window.fromUs, to: context.window.toUs },
  );
  const groups = [...Map.groupBy(rows, (row) => row.domain).values()];
  // Bonferroni: many domains are looked at, and each look may mislead.
  const domains = groups.flatMap((classes) => describeDomain(classes, ALPHA / groups.length));
  return domains.toSorted((a, b) => b.failed - a.failed || (a.domain < b.domain ? -1 : 1));
}

function describeDomain(classes: readonly DomainRow[], alpha: number): FailingDomain[] {
  const sum = (select: (row: DomainRow) => number): number => classes.reduce((total, row) => total + select(row), 0);
  const failed = sum((row) => row.failed);
  const [top] = classes.toSorted((a, b) => b.failed - a.failed || ((a.error_type ?? '') < (b.error_type ?? '') ? -1 : 1));
  if (!top?.trace_id || failed === 0) return [];
  const pages = sum((row) => row.pages);
  const previousPages = sum((row) => row.previous_pages);
  const previousFailed = sum((row) => row.previous_failed);
  const rate = failed / pages;
  const previousRate = previousPages > 0 ? previousFailed / previousPages : null;
  const shift = previousPages > 0 ? testTwoProportions(previousFailed, previousPages, failed, pages) : { z: 0, p: 1 };
  const worse = failed >= LEAST_FAILURES && shift.z > 0 && shift.p < alpha && rate >= 2 * (previousRate ?? 0);
  return [
    {
      domain: top.domain,
      failed,
      pages,
      rate,
      previousRate,
      errorType: top.error_type ?? 'unknown',
      traceId: top.trace_id,
      worse,
    },
  ];
}
