import type { ChannelSettings, Secret } from '../alert-config.ts';
import { CrawlscopeError } from '../errors.ts';
import type { AlertMessage } from './message.ts';
import { alertmanagerChannel } from './notify-alertmanager.ts';
import { commandChannel } from './notify-command.ts';
import { emailChannel } from './notify-email.ts';
import { slackChannel } from './notify-slack.ts';
import { webhookChannel } from './notify-webhook.ts';

/** A receiver ready to send to. */
export interface Channel {
  readonly name: string;
  /** Texts that must never appear in an error or a log. */
  readonly secrets: readonly string[];
  /** True where firing alerts are sent again at every check, because the receiver itself removes repeats. */
  readonly refresh: boolean;
  /** Sends once; rejects on failure, with `retry: false` on the error when trying again is useless. */
  send(messages: readonly AlertMessage[], signal: AbortSignal): Promise<void>;
}

/** Opens the channels of the configuration; a missing variable or unknown type is `BAD_CHANNEL`. */
export function openChannels(settings: readonly ChannelSettings[], env: NodeJS.ProcessEnv = process.env): readonly Channel[] {
  const channels = settings.map((channel, index) => openChannel(channel, index, env));
  const twice = channels.find((channel, index) => channels.findIndex((other) => other.name === channel.name) < index);
  if (twice === undefined) return channels;
  throw new CrawlscopeError(
    'BAD_CHANNEL',
    `two entries of notify are called ${JSON.stringify(twice.name)}`,
    'Give each a name of its own.',
  );
}

function openChannel(channel: ChannelSettings, index: number, env: NodeJS.ProcessEnv): Channel {
  const name = channel.name ?? `${channel.type}-${index + 1}`;
  const read = (key: string, value: Secret | undefined): string => readSecret(`notify[${index}].${key}`, value, env);
  switch (channel.type) {
    case 'alertmanager':
      return alertmanagerChannel(
        name,
        read('url', channel.url),
        channel.authorization && read('authorization', channel.authorization),
      );
    case 'webhook':
      return webhookChannel(
        name,
        read('url', channel.url),
        channel.authorization && read('authorization', channel.authorization),
      );
    case 'slack':
      return slackChannel(name, read('url', channel.url));
    case 'email':
      return emailChannel(name, read('smtp', channel.smtp), channel.from, channel.to);
    case 'command':
      return commandChannel(name, channel.command);
    default:
      throw new CrawlscopeError(
        'BAD_CHANNEL',
        `notify[${index}].type is ${JSON.stringify((channel as { type: unknown }).type)}`,
        'Use alertmanager, webhook, slack, email or command.',
      );
  }
}

function readSecret(where: string, value: Secret | undefined, env: NodeJS.ProcessEnv): string {
  const text = typeof value === 'object' ? env[value.env] : value;
  if (typeof text === 'string' && text !== '') return text;
  const missing =
    typeof value === 'object' ? `the environment variable ${value.env} of ${where} is not set` : `${where} is missing`;
  throw new CrawlscopeError('BAD_CHANNEL', missing, 'Set it, or remove the channel from notify in crawlscope.config.');
}
