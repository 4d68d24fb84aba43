import { testTwoProportions } from '../stats/two-proportion.ts';
import { dialectOf } from '../store/dialect.ts';
import type { AnalysisContext, Window } from './analysis.ts';
import { normalizeMessage } from './failure-message.ts';
import { previousWindow } from './periods.ts';

export const GROUPINGS = ['domain', 'stage', 'class', 'message'] as const;
/** What failures are grouped by. */
export type Grouping = (typeof GROUPINGS)[number];

/** `new`: none the time before; `grown`: clearly a larger share of the attempts; `shrunk` the opposite; `gone`: none any more. */
type Change = 'new' | 'grown' | 'steady' | 'shrunk' | 'gone';

/** Failures that have something in common; one element of the JSON of `crawlscope failures`. */
export interface FailureGroup {
  readonly key: string;
  readonly count: number;
  /** Of all failures in the window. */
  readonly share: number;
  readonly previous: number;
  readonly change: Change;
  /** Failures after which the page was tried again. */
  readonly retries: number;
  readonly pages: number;
  readonly classes: readonly string[];
  readonly stages: readonly string[];
  readonly domains: number;
  readonly first_us: number;
  readonly last_us: number;
  /** One message as it was. */
  readonly example: string;
  readonly trace_ids: readonly string[];
}

interface FailureRow {
  readonly current: number;
  readonly trace_id: string | null;
  readonly time_us: number;
  readonly domain: string | null;
  readonly stage: string | null;
  readonly error_type: string | null;
  readonly exception_type: string | null;
  readonly message: string | null;
  readonly retry_scheduled: boolean | null;
}

interface Tally {
  count: number;
  previous: number;
  retries: number;
  first: number;
  last: number;
  example: string;
  readonly traces: Map<string, number>;
  readonly classes: Set<string>;
  readonly stages: Set<string>;
  readonly domains: Set<string>;
}

interface Totals {
  readonly attempts: number;
  readonly previousAttempts: number;
  readonly groups: number;
}

const EXAMPLES = 3;
const ALPHA = 0.01;
const LEAST = 5;
const LONGEST_KEY = 200;
const LONGEST_MESSAGE = 1000;

/** The failures of the window in groups, the largest first, groups that are gone last. */
export async function groupFailures(context: AnalysisContext, by: Grouping): Promise<FailureGroup[]> {
  const before = previousWindow(context.window);
  const tallies = new Map<string, Tally>();
  for await (const rows of context.store.stream<FailureRow>(
    failuresQuery(dialectOf(context.store).prefix('message', LONGEST_MESSAGE)),
    {
      before: before.fromUs,
      from: context.window.fromUs,
      to: context.window.toUs,
    },
  )) {
    for (const row of rows) count(tallies, keyOf(row, by), row);
  }
  const attempts = await countAttempts(context, context.window);
  const previousAttempts = await countAttempts(context, before);
  const total = [...tallies.values()].reduce((sum, tally) => sum + tally.count, 0);
  const groups = [...tallies].map(([key, tally]) =>
    describe(key, tally, { total, attempts, previousAttempts, groups: tallies.size }),
  );
  return groups.toSorted((a, b) => b.count - a.count || b.previous - a.previous || (a.key < b.key ? -1 : 1));
}

const failuresQuery = (message: string): string => `
  SELECT CASE WHEN time_us >= $from THEN 1 ELSE 0 END AS "current", trace_id, time_us, domain, stage, error_type, exception_type,
    ${message} AS message, retry_scheduled
  FROM failures WHERE time_us >= $before AND time_us < $to ORDER BY time_us, trace_id`;

function keyOf(row: FailureRow, by: Grouping): string {
  if (by === 'domain') return row.domain ?? '(no domain)';
  if (by === 'stage') return row.stage ?? '(no stage)';
  if (by === 'class') return row.error_type ?? '(no class)';
  return normalizeMessage(row.message ?? row.exception_type ?? '(no message)').slice(0, LONGEST_KEY);
}

function count(tallies: Map<string, Tally>, key: string, row: FailureRow): void {
  let tally = tallies.get(key);
  if (!tally) tallies.set(key, (tally = startTally(row)));
  if (row.current === 0) {
    tally.previous++;
    return;
  }
  if (tally.count === 0) tally.first = row.time_us;
  tally.count++;
  tally.last = row.time_us;
  tally.example = row.message ?? row.exception_type ?? '';
  if (row.retry_scheduled) tally.retries++;
  if (row.trace_id) tally.traces.set(row.trace_id, row.time_us);
  tally.classes.add(row.error_type ?? '(no class)');
  tally.stages.add(row.stage ?? '(no stage)');
  tally.domains.add(row.domain ?? '(no domain)');
}

function startTally(row: FailureRow): Tally {
  const sets = { traces: new Map(), classes: new Set<string>(), stages: new Set<string>(), domains: new Set<string>() };
  return { count: 0, previous: 0, retries: 0, first: row.time_us, last: row.time_us, example: row.message ?? '', ...sets };
}

function describe(key: string, tally: Tally, all: Totals & { readonly total: number }): FailureGroup {
  return {
    key,
    count: tally.count,
    share: all.total > 0 ? tally.count / all.total : 0,
    previous: tally.previous,
    change: judge(tally, all),
    retries: tally.retries,
    pages: tally.traces.size,
    classes: [...tally.classes].toSorted(),
    stages: [...tally.stages].toSorted(),
    domains: tally.domains.size,
    first_us: tally.first,
    last_us: tally.last,
    example: tally.example,
    trace_ids: [...tally.traces.keys()].slice(-EXAMPLES).toReversed(),
  };
}

function judge(tally: Tally, all: Totals): Change {
  if (tally.count === 0) return 'gone';
  if (tally.previous === 0) return all.previousAttempts > 0 ? 'new' : 'steady';
  const attempts = Math.max(all.attempts, tally.count);
  const previousAttempts = Math.max(all.previousAttempts, tally.previous);
  const { z, p } = testTwoProportions(tally.previous, previousAttempts, tally.count, attempts);
  // Bonferroni: many groups are looked at, and each look may mislead.
  if (p >= ALPHA / all.groups || Math.max(tally.count, tally.previous) < LEAST) return 'steady';
  return z > 0 ? 'grown' : 'shrunk';
}

/** Attempts in a window. */
export async function countAttempts(context: AnalysisContext, window: Window): Promise<number> {
  const [row] = await context.store.query<{ attempts: number }>(
    'SELECT count(*) AS attempts FROM pages WHERE start_us >= $from AND start_us < $to',
    { from: window.fromUs, to: window.toUs },
  );
  return row?.attempts ?? 0;
}
