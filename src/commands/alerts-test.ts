import { CrawlscopeError } from '../errors.ts';
import { openChannels } from '../monitor/channels.ts';
import type { AlertMessage } from '../monitor/message.ts';
import { deliver } from '../monitor/notify.ts';
import type { CliCommand } from './command.ts';
import { addConfigOption, type ConfigOption, loadConfig } from './config-option.ts';

/** `crawlscope alerts test`. */
export const alertsTest: CliCommand<ConfigOption> = {
  usage: 'alerts test [channel...]',
  summary: 'Send a test alert and its end to every receiver of the configuration, or to those named.',
  example: 'crawlscope alerts test slack-1',
  readsData: false,
  configure: (command) => void addConfigOption(command),
  async run(io, options, names) {
    const { config, file } = await loadConfig(options);
    const channels = openChannels(config.notify ?? []);
    const known = channels.map((channel) => channel.name);
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined) {
      throw new CrawlscopeError(
        'UNKNOWN_CHANNEL',
        `there is no receiver ${JSON.stringify(unknown)}`,
        `Use one of: ${known.join(', ') || 'none is configured'}.`,
      );
    }
    if (channels.length === 0) {
      throw new CrawlscopeError(
        'NO_CHANNEL',
        `${file ?? 'the configuration'} names no receiver`,
        'Add one under notify in crawlscope.config.',
      );
    }
    const chosen = channels.filter((channel) => names.length === 0 || names.includes(channel.name));
    const atUs = Date.now() * 1000;
    const deliveries = await Promise.all(
      chosen.map(async (channel) => {
        const fired = await deliver(channel, [testMessage('firing', atUs)]);
        return fired.delivered ? deliver(channel, [testMessage('resolved', atUs)]) : fired;
      }),
    );
    for (const { channel, delivered, error } of deliveries)
      io.out(delivered ? `ok      ${channel}\n` : `FAILED  ${channel}: ${error}\n`);
    return deliveries.every((delivery) => delivery.delivered) ? 0 : 2;
  },
};

function testMessage(status: AlertMessage['status'], atUs: number): AlertMessage {
  return {
    id: 'test',
    status,
    title: 'Test of crawlscope',
    severity: 'ticket',
    summary: 'this is not a real alert',
    evidence: 'Sent by `crawlscope alerts test`.',
    action: 'Nothing: receiving this is the test.',
    traces: [],
    sinceUs: atUs,
    atUs,
  };
}
