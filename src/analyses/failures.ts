import type { Action, Analysis, AnalysisContext, Detail, Status } from './analysis.ts';
import { countAttempts, groupFailures, type FailureGroup, type Grouping } from './failure-groups.ts';

const LISTED = 15;

/** What failed, grouped by message, and what is new. */
export const failures: Analysis = {
  id: 'failures',
  title: 'Failures',
  async run(context) {
    const groups = await groupFailures(context, 'message');
    const current = groups.filter((group) => group.count > 0);
    const alarming = current.filter(needsAttention);
    const total = current.reduce((sum, group) => sum + group.count, 0);
    return {
      id: this.id,
      title: this.title,
      status: await judgeFailures(context, groups),
      summary: `${count(total, 'failure')} (attempts that were tried again included) in ${count(current.length, 'group')}; ${alarming.length} new or clearly more frequent.`,
      details: [
        tableFailures(current.slice(0, LISTED), 'message'),
        { type: 'actions', actions: alarming.slice(0, 3).map(advise) },
      ],
    };
  },
};

/** Fewer new failures than this may well be chance: at an even rate, none after five is rarer than 1 in 100. */
const LEAST_NEW = 5;

/** True where a group is new, with enough cases to mean something, or clearly more frequent than before. */
export function needsAttention(group: FailureGroup): boolean {
  return group.change === 'grown' || (group.change === 'new' && group.count >= LEAST_NEW);
}

/** The state of the failures; a time without any page is unknown, not fine. */
export async function judgeFailures(context: AnalysisContext, groups: readonly FailureGroup[]): Promise<Status> {
  if (groups.some(needsAttention)) return 'warning';
  const known = groups.some((group) => group.count > 0) || (await countAttempts(context, context.window)) > 0;
  return known ? 'ok' : 'unknown';
}

/** Failure groups as a table. */
export function tableFailures(groups: readonly FailureGroup[], by: Grouping): Detail {
  const columns = [
    { id: 'key', label: by === 'class' ? 'Class' : `${by.charAt(0).toUpperCase()}${by.slice(1)}`, type: 'text' },
    { id: 'count', label: 'Failures', type: 'count' },
    { id: 'share', label: 'Share', type: 'ratio' },
    { id: 'previous', label: 'Before', type: 'count' },
    { id: 'change', label: 'Change', type: 'text' },
    { id: 'retries', label: 'Retried', type: 'count' },
    { id: 'class', label: by === 'class' ? 'Stage' : 'Class', type: 'text' },
    { id: 'first', label: 'First (UTC)', type: 'time_us' },
    { id: 'last', label: 'Last (UTC)', type: 'time_us' },
    { id: 'trace_id', label: 'Example', type: 'trace' },
  ] as const;
  const rows = groups.map((group) => [
    group.key,
    group.count,
    group.share,
    group.previous,
    group.change,
    group.retries,
    (by === 'class' ? group.stages : group.classes).join(', '),
    group.first_us,
    group.last_us,
    group.trace_ids[0] ?? null,
  ]);
  return { type: 'table', id: `failures_by_${by}`, title: `Failures by ${by}`, columns, rows };
}

function advise(group: FailureGroup): Action {
  const before = group.change === 'new' ? 'none in the time before' : `${group.previous} before`;
  return {
    severity: group.count >= 20 ? 'high' : 'medium',
    evidence: `"${group.key}" failed ${count(group.count, 'attempt')} on ${count(group.domains, 'domain')}, ${before}`,
    action: `Open an example; the stage is ${group.stages.join(', ')}.`,
    command: group.trace_ids[0] ? `crawlscope trace ${group.trace_ids[0]}` : 'crawlscope failures --by message',
  };
}

function count(value: number, noun: string): string {
  return `${value.toLocaleString('en-US')} ${noun}${value === 1 ? '' : 's'}`;
}
