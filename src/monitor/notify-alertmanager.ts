import type { Channel } from './channels.ts';
import { postJson } from './http-post.ts';
import { type AlertMessage, annotationsOf, labelsOf } from './message.ts';

/** Hours after which Alertmanager itself resolves an alert that no check confirmed again. */
const KEEP_HOURS = 26;

/** Sends to `POST /api/v2/alerts` of an Alertmanager, `url` being its base address. */
export function alertmanagerChannel(name: string, url: string, authorization?: string): Channel {
  const address = `${url.replace(/\/+$/, '')}/api/v2/alerts`;
  return {
    name,
    secrets: authorization ? [authorization, url] : [url],
    refresh: true,
    send: (messages, signal) => postJson(address, messages.map(toAlert), signal, authorization),
  };
}

function toAlert(message: AlertMessage): object {
  const endsAtUs = message.status === 'resolved' ? message.atUs : message.atUs + KEEP_HOURS * 3.6e9;
  return {
    labels: labelsOf(message),
    annotations: annotationsOf(message),
    startsAt: new Date(message.sinceUs / 1000).toISOString(),
    endsAt: new Date(endsAtUs / 1000).toISOString(),
  };
}
