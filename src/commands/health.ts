import { dirname, resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import yoctocolors from 'yoctocolors';
import type { HealthSettings } from '../alert-config.ts';
import { CrawlscopeError } from '../errors.ts';
import { announce } from '../monitor/announce.ts';
import { type Channel, openChannels } from '../monitor/channels.ts';
import { checkHealth, type Health } from '../monitor/health.ts';
import { CHECKS, type CheckId } from '../monitor/health-checks.ts';
import { healthJson, healthJunit, healthMessage, healthText, type PaintStatus } from '../monitor/health-output.ts';
import { recordHealth } from '../monitor/health-record.ts';
import { stateFile, updateState } from '../monitor/state-file.ts';
import type { Delivery } from '../monitor/notify.ts';
import { openIngested } from '../store/open.ts';
import type { CliCommand, DataOptions, Io } from './command.ts';
import { addConfigOption, type ConfigOption, loadConfig } from './config-option.ts';

interface Options extends DataOptions, ConfigOption {
  readonly golden?: string;
  readonly classifier?: string;
  readonly skip: readonly CheckId[];
  readonly junit: boolean;
  readonly notify: boolean;
}

const IDS = CHECKS.map((check) => check.id);

/** `crawlscope health`. */
export const health: CliCommand<Options> = {
  usage: 'health',
  summary: 'Check accuracy, memory, errors and the telemetry itself. Exits 0 on PASS, 1 on FAIL, 2 on UNKNOWN or failure.',
  example: 'crawlscope health --golden golden.jsonl --junit > health.xml',
  configure(command) {
    addConfigOption(command)
      .option('--golden <file>', 'golden set: JSON array or JSON lines of {url, category}')
      .option('--classifier <module>', 'module whose classify(page) is asked, instead of the recorded categories')
      .addOption(new Option('--skip <check...>', `leave checks out: ${IDS.join(', ')}`).argParser(collectCheck).default([]))
      .option('--junit', 'print JUnit XML', false)
      .option('--no-notify', 'tell no receiver and record nothing');
  },
  async run(io, options) {
    const { config, file } = await loadConfig(options);
    const settings = config.health ?? {};
    const channels = options.notify ? openChannels(config.notify ?? []) : [];
    const result = await runChecks(io, options, settings, dirname(file ?? '.'));
    const deliveries = options.notify ? await tell(options.data, result, channels) : [];
    if (options.junit) io.out(healthJunit(result));
    else
      io.out(
        options.json ? `${JSON.stringify({ ...healthJson(result), deliveries }, null, 2)}\n` : healthText(result, painter(io)),
      );
    for (const { channel, delivered, error } of deliveries) if (!delivered) io.err(`could not tell ${channel}: ${error}\n`);
    return result.status === 'PASS' ? 0 : result.status === 'FAIL' ? 1 : 2;
  },
};

/** Records the result and tells the receivers. Unknown says nothing about a failure that was reported: it neither repeats nor ends it. */
async function tell(data: string, result: Health, channels: readonly Channel[]): Promise<readonly Delivery[]> {
  await recordHealth(data, result);
  return updateState(stateFile(data), async (state) => {
    if (result.status === 'UNKNOWN') return [[], state];
    const before = state.rules['health'];
    const sinceUs = before?.status === 'firing' ? before.sinceUs : result.atUs;
    const { deliveries, told } = await announce(channels, [healthMessage(result, sinceUs)], state.told);
    const rule = { status: result.status === 'FAIL' ? 'firing' : 'ok', sinceUs } as const;
    return [deliveries, { ...state, rules: { ...state.rules, health: rule }, told }];
  });
}

/** Paths of the configuration count from its file, those of the options from the current folder. */
async function runChecks(io: Io, options: Options, settings: HealthSettings, folder: string): Promise<Health> {
  const golden = options.golden ?? (settings.golden && resolve(folder, settings.golden));
  const classifier = options.classifier ?? (settings.classifier && resolve(folder, settings.classifier));
  const limits = checkLimits(settings.limits ?? {});
  const store = await openIngested(options, io);
  const files = { ...(golden === undefined ? {} : { golden }), ...(classifier === undefined ? {} : { classifier }) };
  try {
    return await checkHealth({ store, nowUs: options.now, data: options.data, ...files }, limits, options.skip);
  } finally {
    await store.close();
  }
}

function checkLimits(limits: NonNullable<HealthSettings['limits']>): Partial<Record<CheckId, number>> {
  for (const [id, limit] of Object.entries(limits)) {
    if (!IDS.some((known) => known === id)) {
      throw new CrawlscopeError(
        'BAD_HEALTH_LIMIT',
        `there is no health check ${JSON.stringify(id)}`,
        `Use one of: ${IDS.join(', ')}.`,
      );
    }
    if (typeof limit !== 'number' || !Number.isFinite(limit)) {
      throw new CrawlscopeError('BAD_HEALTH_LIMIT', `health.limits.${id} is ${JSON.stringify(limit)}`, 'Give a number.');
    }
  }
  return limits;
}

function collectCheck(value: string, before: readonly CheckId[]): readonly CheckId[] {
  const id = IDS.find((known) => known === value);
  if (id === undefined) throw new InvalidArgumentError(`Use one of: ${IDS.join(', ')}.`);
  return [...before, id];
}

function painter(io: Io): PaintStatus {
  if (!io.colors) return (_, text) => text;
  const colors = { PASS: yoctocolors.green, FAIL: yoctocolors.red, UNKNOWN: yoctocolors.yellow };
  return (status, text) => colors[status](text);
}
