import { createHash } from 'node:crypto';
import type { Channel } from './channels.ts';
import { postJson } from './http-post.ts';
import { type AlertMessage, annotationsOf, labelsOf } from './message.ts';

/** Sends the payload of Alertmanager's webhook receiver, version 4, so that anything made for it can be used. */
export function webhookChannel(name: string, url: string, authorization?: string): Channel {
  return {
    name,
    secrets: authorization ? [authorization, url] : [url],
    refresh: false,
    send: (messages, signal) => postJson(url, webhookPayload(name, messages), signal, authorization),
  };
}

/** The version 4 payload of one delivery. */
export function webhookPayload(receiver: string, messages: readonly AlertMessage[]): object {
  const alerts = messages.map(toAlert);
  return {
    version: '4',
    groupKey: '{}:{service="crawlscope"}',
    truncatedAlerts: 0,
    status: messages.some((message) => message.status === 'firing') ? 'firing' : 'resolved',
    receiver,
    groupLabels: { service: 'crawlscope' },
    commonLabels: common(alerts.map((alert) => alert.labels)),
    commonAnnotations: common(alerts.map((alert) => alert.annotations)),
    externalURL: '',
    alerts,
  };
}

function toAlert(message: AlertMessage) {
  const labels = labelsOf(message);
  return {
    status: message.status,
    labels,
    annotations: annotationsOf(message),
    startsAt: new Date(message.sinceUs / 1000).toISOString(),
    endsAt: message.status === 'resolved' ? new Date(message.atUs / 1000).toISOString() : '0001-01-01T00:00:00Z',
    generatorURL: '',
    fingerprint: createHash('sha256').update(JSON.stringify(labels)).digest('hex').slice(0, 16),
  };
}

function common(maps: readonly Record<string, string>[]): Record<string, string> {
  const [first = {}, ...others] = maps;
  return Object.fromEntries(Object.entries(first).filter(([key, value]) => others.every((map) => map[key] === value)));
}
