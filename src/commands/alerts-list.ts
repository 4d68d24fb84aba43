import Table from 'cli-table3';
import { resolveRules } from '../monitor/alert-settings.ts';
import { condition } from '../monitor/rules.ts';
import { readState, stateFile } from '../monitor/state-file.ts';
import type { CliCommand, DataOptions } from './command.ts';
import { addConfigOption, type ConfigOption, loadConfig } from './config-option.ts';

/** `crawlscope alerts list`. */
export const alertsList: CliCommand<DataOptions & ConfigOption> = {
  usage: 'alerts list',
  summary: 'Show the alert rules in force and the state that the last check left.',
  example: 'crawlscope alerts list --json',
  configure: (command) => void addConfigOption(command),
  async run(io, options) {
    const { config, file } = await loadConfig(options);
    const rules = resolveRules(config.alerts);
    const { rules: states } = await readState(stateFile(options.data));
    if (options.json) {
      const listed = rules.map((rule) => ({
        ...rule,
        state: states[rule.id]?.status ?? null,
        since_us: states[rule.id]?.sinceUs ?? null,
      }));
      io.out(`${JSON.stringify({ config: file, rules: listed }, null, 2)}\n`);
      return 0;
    }
    const table = new Table({
      head: ['rule', 'recovers at', 'for', 'window', 'min. events', 'severity', 'last state'],
      style: io.colors ? {} : { head: [], border: [] },
    });
    for (const rule of rules) {
      const state = states[rule.id];
      const since = state ? `${state.status} since ${new Date(state.sinceUs / 1000).toISOString()}` : 'never checked';
      table.push([condition(rule), rule.recovery, `${rule.for} s`, `${rule.window} s`, rule.minEvents, rule.severity, since]);
    }
    io.out(`${table.toString()}\n`);
    return 0;
  },
};
