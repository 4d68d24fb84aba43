import { setTimeout as wait } from 'node:timers/promises';
import { makeSpans, send, traceRequest } from '../programs/otlp.ts';

/** What a load of spans met. */
export interface LoadResult {
  /** Ids of the spans for which the collector has answered 200. */
  readonly acknowledged: ReadonlySet<string>;
  /** Ids of the spans that were given up. */
  readonly lost: ReadonlySet<string>;
  /** Requests that were answered by something else than 200, or not at all. */
  readonly refusals: number;
  /** The answers that were not 200; 0 stands for none. */
  readonly statuses: ReadonlySet<number>;
}

/** How much is sent, and how long one request is tried again before its spans are given up. */
export interface LoadOptions {
  readonly requests: number;
  readonly spans: number;
  readonly senders?: number;
  readonly retryMilliseconds?: number;
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Called after each acknowledged request with the number of them. */
  readonly onAcknowledged?: (requests: number) => void;
}

/** Sends requests by some senders at once; each tries again until it is acknowledged or out of time, as an exporter does. */
export async function sendLoad(otlpUrl: string, options: LoadOptions): Promise<LoadResult> {
  const { requests, spans, senders = 4, retryMilliseconds = 60_000, attributes, onAcknowledged } = options;
  const acknowledged = new Set<string>();
  const lost = new Set<string>();
  const statuses = new Set<number>();
  let refusals = 0;
  let started = 0;
  let done = 0;
  const deliver = async () => {
    const batch = makeSpans(spans, attributes);
    const body = JSON.stringify(traceRequest(batch));
    const end = Date.now() + retryMilliseconds;
    let { status } = await send(otlpUrl, 'traces', body);
    while (status !== 200) {
      refusals += 1;
      statuses.add(status);
      if (Date.now() > end) break;
      await wait(100);
      ({ status } = await send(otlpUrl, 'traces', body));
    }
    const isTaken = status === 200;
    for (const { spanId } of batch) (isTaken ? acknowledged : lost).add(spanId);
    if (isTaken) onAcknowledged?.(++done);
  };
  const sender = async () => {
    while (started < requests) {
      started += 1;
      await deliver();
    }
  };
  await Promise.all(Array.from({ length: senders }, sender));
  return { acknowledged, lost, refusals, statuses };
}
