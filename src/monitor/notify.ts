import pRetry from 'p-retry';
import { errorMessage } from '../errors.ts';
import type { Channel } from './channels.ts';
import { DeliveryError } from './http-post.ts';
import { type AlertMessage, plain } from './message.ts';

/** How one channel fared; `error` has every secret replaced. */
export interface Delivery {
  readonly channel: string;
  readonly delivered: boolean;
  readonly error: string | null;
}

/** Bounds of a delivery: tries, and milliseconds for each try and for the wait before the second. */
export interface DeliveryLimits {
  readonly attempts: number;
  readonly timeoutMs: number;
  readonly waitMs: number;
}

const LIMITS: DeliveryLimits = { attempts: 3, timeoutMs: 10_000, waitMs: 500 };

/** Sends `messages` to one channel, retried and bounded in time; never rejects. */
export async function deliver(
  channel: Channel,
  messages: readonly AlertMessage[],
  limits: DeliveryLimits = LIMITS,
): Promise<Delivery> {
  try {
    await pRetry(() => channel.send(messages, AbortSignal.timeout(limits.timeoutMs)), {
      retries: limits.attempts - 1,
      minTimeout: limits.waitMs,
      maxTimeout: 10 * limits.waitMs,
      shouldRetry: ({ error }) => !(error instanceof DeliveryError) || error.retry,
    });
    return { channel: channel.name, delivered: true, error: null };
  } catch (error) {
    return { channel: channel.name, delivered: false, error: mask(describe(error), channel.secrets) };
  }
}

function describe(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
  const message = errorMessage(error);
  return plain(cause && !message.includes(cause) ? `${message}: ${cause}` : message, 500);
}

function mask(text: string, secrets: readonly string[]): string {
  return secrets.toSorted((a, b) => b.length - a.length).reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}
