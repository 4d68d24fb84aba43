import yoctocolors from 'yoctocolors';
import { resolveRules } from '../monitor/alert-settings.ts';
import { announce } from '../monitor/announce.ts';
import { openChannels } from '../monitor/channels.ts';
import { alertMessageOf, checkAlerts, type RuleResult } from '../monitor/check-alerts.ts';
import { plain } from '../monitor/message.ts';
import type { Delivery } from '../monitor/notify.ts';
import { number } from '../monitor/readings.ts';
import { condition } from '../monitor/rules.ts';
import { type MonitorState, readState, stateFile, updateState } from '../monitor/state-file.ts';
import { openIngested } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import type { CliCommand, DataOptions, Io } from './command.ts';
import { addConfigOption, type ConfigOption, loadConfig } from './config-option.ts';

interface Options extends DataOptions, ConfigOption {
  readonly notify: boolean;
}

/** `crawlscope alerts check`. */
export const alertsCheck: CliCommand<Options> = {
  usage: 'alerts check',
  summary: 'Evaluate the alert rules, tell the receivers what is new, and exit 1 while one is firing.',
  example: 'crawlscope alerts check --no-notify',
  configure: (command) => void addConfigOption(command).option('--no-notify', 'send nothing and keep no state'),
  async run(io, options) {
    const { config } = await loadConfig(options);
    const rules = resolveRules(config.alerts);
    const channels = options.notify ? openChannels(config.notify ?? []) : [];
    const evaluate = async (state: MonitorState) => {
      const store = await openIngested(options, io);
      const check = await closeAfter(store, () => checkAlerts(store, rules, state.rules, options.now));
      const messages = check.results
        .filter((result) => result.status === 'firing' || result.status === 'ok')
        .map((result) => alertMessageOf(result, result.status === 'firing' ? 'firing' : 'resolved', options.now));
      const { deliveries, told } = await announce(channels, messages, state.told);
      return [
        { results: check.results, deliveries },
        { ...state, rules: { ...state.rules, ...check.states }, told },
      ] as const;
    };
    const file = stateFile(options.data);
    const { results, deliveries } = options.notify
      ? await updateState(file, evaluate)
      : (await evaluate(await readState(file)))[0];
    print(io, options, results, deliveries);
    return results.some((result) => result.status === 'firing') ? 1 : 0;
  },
};

async function closeAfter<T>(store: Store, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await store.close();
  }
}

function print(io: Io, options: Options, results: readonly RuleResult[], deliveries: readonly Delivery[]): void {
  if (options.json) {
    const rules = results.map((result) => toJson(result));
    io.out(`${JSON.stringify({ at: new Date(options.now / 1000).toISOString(), rules, deliveries }, null, 2)}\n`);
    return;
  }
  for (const result of results) io.out(`${describeResult(result, io.colors)}\n`);
  for (const { channel, delivered, error } of deliveries)
    io.err(delivered ? `told ${channel}\n` : `could not tell ${channel}: ${error}\n`);
}

function describeResult(result: RuleResult, colors: boolean): string {
  const paint = colors
    ? { firing: yoctocolors.red, pending: yoctocolors.yellow, ok: yoctocolors.green, unknown: yoctocolors.gray }
    : null;
  const status = result.status.toUpperCase().padEnd(8);
  const value = `${number(result.value)}${result.value !== null && result.rule.unit ? ` ${result.rule.unit}` : ''}`;
  const lines = [
    `${paint?.[result.status](status) ?? status} ${condition(result.rule).padEnd(24)} now ${value}. ${plain(result.evidence, 400)}`,
  ];
  if (result.status === 'firing') {
    lines.push(`         since ${new Date(result.sinceUs / 1000).toISOString()}. ${result.rule.action}`);
    for (const trace of result.traces)
      lines.push(`         ${trace.traceId}  ${plain(trace.note, 60)}  ${plain(trace.url, 200)}`);
  }
  return lines.join('\n');
}

function toJson({ rule, status, changed, value, events, evidence, traces, sinceUs }: RuleResult): object {
  return {
    id: rule.id,
    status,
    changed,
    value,
    limit: rule.limit,
    direction: rule.direction,
    recovery: rule.recovery,
    unit: rule.unit,
    for_s: rule.for,
    events,
    min_events: rule.minEvents,
    since: new Date(sinceUs / 1000).toISOString(),
    evidence,
    action: rule.action,
    traces: traces.map((trace) => ({ trace_id: trace.traceId, url: trace.url, note: trace.note })),
  };
}
