import type { Channel } from './channels.ts';
import type { AlertMessage } from './message.ts';
import { deliver, type Delivery } from './notify.ts';
import type { MonitorState } from './state-file.ts';

/** What was sent, and what every channel has been told since. */
export interface Announcement {
  readonly deliveries: readonly Delivery[];
  readonly told: MonitorState['told'];
}

/**
 * Tells every channel what it does not know yet: an alert that fires, once, and its end, once. A message that could not be delivered
 * is due again at the next check.
 */
export async function announce(
  channels: readonly Channel[],
  messages: readonly AlertMessage[],
  told: MonitorState['told'],
): Promise<Announcement> {
  const outcomes = await Promise.all(channels.map((channel) => tellChannel(channel, messages, told[channel.name] ?? [])));
  const known = outcomes.map(({ known: ids }, index) => [channels[index]?.name ?? '', ids] as const);
  return { deliveries: outcomes.flatMap((outcome) => outcome.delivery ?? []), told: { ...told, ...Object.fromEntries(known) } };
}

async function tellChannel(channel: Channel, messages: readonly AlertMessage[], known: readonly string[]) {
  const due = messages.filter((message) => {
    if (message.status === 'resolved') return known.includes(message.id);
    return channel.refresh || !known.includes(message.id);
  });
  if (due.length === 0) return { delivery: null, known };
  const delivery = await deliver(channel, due);
  if (!delivery.delivered) return { delivery, known };
  const ended = due.filter((message) => message.status === 'resolved').map((message) => message.id);
  const started = due.filter((message) => message.status === 'firing').map((message) => message.id);
  return { delivery, known: [...new Set([...known, ...started])].filter((id) => !ended.includes(id)) };
}
