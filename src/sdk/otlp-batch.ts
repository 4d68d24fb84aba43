import { context } from '@opentelemetry/api';
import { ExportResultCode, getNumberFromEnv, suppressTracing, type ExportResult } from '@opentelemetry/core';
import { countDropped, type Signal } from './dropped.ts';
import type { Rest } from './file-processors.ts';
import { postSync } from './sync-post.ts';

interface Exporter<T> {
  readonly export: (items: T[], done: (result: ExportResult) => void) => void;
}

/** What to send, and by which environment variables it is batched. */
export interface BatchOptions<T> {
  readonly signal: Signal;
  /** `OTEL_BSP` or `OTEL_BLRP`. */
  readonly prefix: string;
  readonly exporter: Exporter<T>;
  readonly serialize: (items: T[]) => Uint8Array | undefined;
}

/**
 * Sends items in batches, one after the other. Unlike the SDK's batch processors it never keeps the process alive by itself, however
 * long an endpoint takes, it knows what is under way when the process ends at once, and it counts what is lost.
 */
export function createBatch<T>({ signal, prefix, exporter, serialize }: BatchOptions<T>) {
  const limit = getNumberFromEnv(`${prefix}_MAX_QUEUE_SIZE`) ?? 4096;
  const size = Math.min(limit, getNumberFromEnv(`${prefix}_MAX_EXPORT_BATCH_SIZE`) ?? 512);
  const delay = getNumberFromEnv(`${prefix}_SCHEDULE_DELAY`) ?? 5000;
  let queue: T[] = [];
  let underWay: T[] = [];
  let timer: NodeJS.Timeout | undefined;
  let waiting: (() => void)[] = [];

  const wait = (): void => void (timer ??= setTimeout(send, delay).unref());

  function send(): void {
    clearTimeout(timer);
    timer = undefined;
    if (underWay.length > 0 || queue.length === 0) return;
    const batch = (underWay = queue.splice(0, size));
    context.with(suppressTracing(context.active()), () => exporter.export(batch, (result) => settle(batch, result)));
  }

  function settle(batch: T[], { code, error }: ExportResult): void {
    if (underWay !== batch) return;
    underWay = [];
    const sent = code === ExportResultCode.SUCCESS;
    if (!sent) countDropped(signal, 'export_failed', batch.length, describe(error));
    if (queue.length === 0) {
      for (const resolve of waiting.splice(0)) resolve();
    } else if (waiting.length > 0 || (sent && queue.length >= size)) setImmediate(send);
    else wait();
  }

  return {
    add: (item: T): void => {
      if (queue.length + underWay.length >= limit) return countDropped(signal, 'queue_full', 1);
      queue.push(item);
      if (queue.length === size && underWay.length === 0) setImmediate(send);
      else wait();
    },
    flush: async (): Promise<void> => {
      if (queue.length + underWay.length === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      send();
      await promise;
    },
    flushSync: (rest: Rest): void => {
      const items = [...underWay, ...queue];
      if (items.length === 0 || rest === 'leave') return;
      queue = [];
      underWay = [];
      waiting = [];
      const body = rest === 'send' ? serialize(items) : undefined;
      if (!body || !postSync(signal, body)) countDropped(signal, 'export_failed', items.length);
    },
  };
}

/** What the endpoint answered, and what to look at; the token itself is never shown. */
function describe(error: (Error & { readonly code?: unknown }) | undefined): string | undefined {
  if (typeof error?.code !== 'number') return error?.message;
  const status = `the OTLP endpoint answered ${error.code} ${error.message}`;
  return error.code === 401 || error.code === 403 ? `${status}; check the token in OTEL_EXPORTER_OTLP_HEADERS` : status;
}
