import { setTimeout as sleep } from 'node:timers/promises';
import { CrawlscopeError, errorMessage } from '../errors.ts';
import type { Signal } from './rows.ts';
import { list, object, type Json } from './value.ts';

/** Where to send requests, and how. */
export interface Destination {
  /** Base address such as `http://localhost:4318`; `/v1/traces` and so on are appended. */
  readonly endpoint: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Tries of a request that the destination cannot take now. */
  readonly attempts?: number;
}

/** `rejected` tells why the destination will never take the request. */
export type Answer = { readonly sent: true; readonly refusedItems: number } | { readonly sent: false; readonly rejected: string };

const ATTEMPTS = 8;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
const TIMEOUT_MS = 60_000;
const NOW_BUSY = new Set([429, 502, 503, 504]);
const SIGNALS: readonly [key: string, signal: Signal][] = [
  ['resourceSpans', 'traces'],
  ['resourceLogs', 'logs'],
  ['resourceMetrics', 'metrics'],
];

/** The signal of a request, by its top-level key. */
export function signalOfRequest(request: Json): Signal {
  return SIGNALS.find(([key]) => key in request)?.[1] ?? 'traces';
}

/** Spans, log records and metrics in a request. */
export function countItems(request: Json): number {
  let items = 0;
  for (const [key] of SIGNALS) {
    for (const group of list(request[key])) {
      const { scopeSpans, scopeLogs, scopeMetrics } = object(group);
      for (const scope of list(scopeSpans ?? scopeLogs ?? scopeMetrics)) {
        const { spans, logRecords, metrics } = object(scope);
        items += list(spans ?? logRecords ?? metrics).length;
      }
    }
  }
  return items;
}

/**
 * Posts one export request, JSON or protobuf, and tries again while the destination is busy or away. Rejects where it refuses every
 * request (`REPLAY_REFUSED`) or stays away (`REPLAY_UNREACHABLE`).
 */
export async function sendRequest(destination: Destination, signal: Signal, body: Buffer): Promise<Answer> {
  const { endpoint, headers } = destination;
  const address = new URL(`${endpoint.pathname.replace(/\/$/, '')}/v1/${signal}`, endpoint);
  const type = body[0] === 0x7b ? 'application/json' : 'application/x-protobuf';
  const attempts = destination.attempts ?? ATTEMPTS;
  let problem = '';
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0)
      await sleep(Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS), undefined, { signal: destination.signal });
    const stop = AbortSignal.any([destination.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    try {
      const response = await fetch(address, {
        method: 'POST',
        headers: { 'content-type': type, ...headers },
        body: new Uint8Array(body),
        signal: stop,
      });
      const text = await response.text();
      if (response.ok) return { sent: true, refusedItems: refusedItems(text) };
      problem = `${response.status} ${text.slice(0, 200)}`.trim();
      if ([401, 403, 404, 405].includes(response.status)) throw refused(address, problem);
      if (!NOW_BUSY.has(response.status)) return { sent: false, rejected: problem };
      await waitAsTold(response.headers.get('retry-after'), destination.signal);
    } catch (error) {
      if (error instanceof CrawlscopeError || destination.signal.aborted) throw error;
      problem = errorMessage((error as Error).cause ?? error);
    }
  }
  throw new CrawlscopeError(
    'REPLAY_UNREACHABLE',
    `${address.href} did not take a request in ${attempts} tries: ${problem}`,
    'Check the endpoint and run the same command again: it goes on where it stopped.',
  );
}

function refused(address: URL, problem: string): CrawlscopeError {
  const next = 'Check --endpoint (its base address, without /v1/traces) and the credentials given with --header.';
  return new CrawlscopeError('REPLAY_REFUSED', `${address.href} refused the request: ${problem}`, next);
}

async function waitAsTold(retryAfter: string | null, signal: AbortSignal): Promise<void> {
  const seconds = Number(retryAfter);
  if (retryAfter !== null && seconds > 0) await sleep(Math.min(seconds * 1000, LONGEST_WAIT_MS), undefined, { signal });
}

/** What a destination took only in part, https://opentelemetry.io/docs/specs/otlp/#partial-success-1 */
function refusedItems(response: string): number {
  if (!response.startsWith('{')) return 0;
  try {
    const partial = object(object(JSON.parse(response))['partialSuccess']);
    return Number(partial['rejectedSpans'] ?? partial['rejectedLogRecords'] ?? partial['rejectedDataPoints'] ?? 0) || 0;
  } catch {
    return 0;
  }
}
