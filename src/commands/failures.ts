import { type Command, Option } from 'commander';
import type { Section } from '../analyses/analysis.ts';
import { type FailureGroup, groupFailures, type Grouping, GROUPINGS } from '../analyses/failure-groups.ts';
import { judgeFailures, needsAttention, tableFailures } from '../analyses/failures.ts';
import { formatMicroseconds } from '../analyses/trace.ts';
import { openIngested } from '../store/open.ts';
import type { CliCommand, DataOptions } from './command.ts';
import { printSection } from './section.ts';
import { addWindowOptions, chooseWindow, type WindowOptions } from './window.ts';

interface FailuresOptions extends DataOptions, WindowOptions {
  readonly by: Grouping;
}

/** `crawlscope failures`: what failed, in groups, and what changed. */
export const failures: CliCommand<FailuresOptions> = {
  usage: 'failures',
  summary:
    'Group the failures of a week and compare it with the one before. Exits 1 when a group is new or clearly more frequent.',
  example: 'crawlscope failures --by message',
  configure(command: Command) {
    addWindowOptions(command);
    command.addOption(new Option('--by <grouping>', 'what to group by').choices(GROUPINGS).default('message'));
  },
  async run(io, options) {
    const store = await openIngested(options, io);
    try {
      const { window, note } = await chooseWindow(store, options);
      const context = { store, window, nowUs: options.now };
      const groups = await groupFailures(context, options.by);
      const status = await judgeFailures(context, groups);
      const bounds = { from: formatMicroseconds(window.fromUs), to: formatMicroseconds(window.toUs) };
      const result = { window: bounds, by: options.by, groups: groups.map(withTimes) };
      printSection(io, options.json, result, () => ({
        ...describe(groups, options.by, bounds, note),
        status,
      }));
      return status === 'warning' ? 1 : 0;
    } finally {
      await store.close();
    }
  },
};

function describe(
  groups: readonly FailureGroup[],
  by: Grouping,
  { from, to }: { from: string; to: string },
  note: string,
): Omit<Section, 'status'> {
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  const alarming = groups.filter(needsAttention).map((group) => group.key);
  const changed =
    alarming.length > 0 ? `New or clearly more frequent: ${alarming.join('; ')}` : 'Nothing is new or clearly more frequent.';
  const when = `${from.slice(0, 16)} to ${to.slice(0, 16)} UTC`;
  return {
    id: 'failures',
    title: `Failures by ${by}, ${when}`,
    summary: [note, `${total} failures in ${groups.filter((group) => group.count > 0).length} groups. ${changed}`]
      .filter(Boolean)
      .join(' '),
    details: groups.length > 0 ? [tableFailures(groups, by)] : [],
  };
}

function withTimes({ first_us, last_us, ...group }: FailureGroup): object {
  return { ...group, first: formatMicroseconds(first_us), last: formatMicroseconds(last_us) };
}
