import { resolveRules } from '../monitor/alert-settings.ts';
import { prometheusRules } from '../monitor/prometheus-rules.ts';
import type { CliCommand } from './command.ts';
import { addConfigOption, type ConfigOption, loadConfig } from './config-option.ts';

/** `crawlscope alerts prometheus`. */
export const alertsPrometheus: CliCommand<ConfigOption> = {
  usage: 'alerts prometheus',
  summary: 'Print the same alert rules as a Prometheus rule file.',
  example: 'crawlscope alerts prometheus > prometheus/rules/limits.yml',
  readsData: false,
  configure: (command) => void addConfigOption(command),
  async run(io, options) {
    const { config } = await loadConfig(options);
    io.out(prometheusRules(resolveRules(config.alerts)));
    return 0;
  },
};
