import { setTimeout as sleep } from 'node:timers/promises';
import type { QueueItem } from '../analyses/retry-queue.ts';
import { recordRetries, type RetryOutcome } from '../analyses/retry-record.ts';
import { errorMessage } from '../errors.ts';
import { callHandler, type Handler, type HandlerResult } from './retry-handler.ts';

export interface RetryOptions {
  readonly folder: string;
  readonly maxAttempts: number;
  readonly batchSize: number;
  /** Milliseconds before the second round; each round waits twice as long as the one before it. */
  readonly backoffMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, failed: number) => void;
}

export interface RetryResult {
  readonly succeeded: number;
  /** Every failed call of an item. */
  readonly failures: number;
  /** Items that have failed as often as they may. */
  readonly exhausted: readonly QueueItem[];
  /** Items left over by an interrupt. */
  readonly left: readonly QueueItem[];
}

const LONGEST_BACKOFF_MS = 60_000;

/** Retries items in rounds until each has succeeded or is exhausted; every batch is on disk before the next one starts. */
export async function retryItems(queue: readonly QueueItem[], handler: Handler, options: RetryOptions): Promise<RetryResult> {
  const { maxAttempts, batchSize, signal } = options;
  const exhausted = queue.filter((item) => item.attempts >= maxAttempts);
  let waiting = queue.filter((item) => item.attempts < maxAttempts);
  let succeeded = 0;
  let failures = 0;
  for (let round = 0; waiting.length > 0 && !signal.aborted; round++) {
    if (round > 0) await wait(Math.min(options.backoffMs * 2 ** (round - 1), LONGEST_BACKOFF_MS), signal);
    const again: QueueItem[] = [];
    while (waiting.length > 0 && !signal.aborted) {
      const outcomes = await retryBatch(waiting.slice(0, batchSize), handler, options);
      waiting = waiting.slice(batchSize);
      for (const { item, error } of outcomes) {
        if (!error) {
          succeeded++;
          continue;
        }
        failures++;
        const tried = { ...item, attempts: item.attempts + 1, lastError: error.message };
        (tried.attempts >= maxAttempts ? exhausted : again).push(tried);
      }
      options.onProgress(succeeded + exhausted.length, failures);
    }
    waiting = [...waiting, ...again];
  }
  return { succeeded, failures, exhausted, left: waiting };
}

async function retryBatch(
  batch: readonly QueueItem[],
  handler: Handler,
  { folder, signal }: RetryOptions,
): Promise<RetryOutcome[]> {
  const startUs = Date.now() * 1000;
  const results = await callHandler(handler, batch, signal);
  const endUs = Date.now() * 1000;
  const outcomes = batch.map((item, at) => toOutcome(item, results[at] ?? {}, startUs, endUs));
  await recordRetries(folder, outcomes);
  return outcomes;
}

function toOutcome(item: QueueItem, { error, embeddingId }: HandlerResult, startUs: number, endUs: number): RetryOutcome {
  const failed = error !== undefined && error !== null;
  return {
    item,
    error: failed ? { type: error instanceof Error ? error.name : 'Error', message: errorMessage(error) } : null,
    embeddingId: typeof embeddingId === 'string' ? embeddingId : null,
    startUs,
    endUs,
  };
}

/** Ends early, without an error, when interrupted. */
async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
