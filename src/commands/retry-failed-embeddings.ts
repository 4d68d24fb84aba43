import Table from 'cli-table3';
import type { Command } from 'commander';
import { loadRetryQueue, type QueueItem, type RetryQueue } from '../analyses/retry-queue.ts';
import { CrawlscopeError } from '../errors.ts';
import { escapeTerminal } from '../report/escape.ts';
import { formatTime } from '../report/format.ts';
import { openIngested } from '../store/open.ts';
import type { CliCommand, DataOptions, ExitCode, Io } from './command.ts';
import { parseCount } from './option-values.ts';
import { loadHandler } from './retry-handler.ts';
import { lockQueue } from './retry-lock.ts';
import { retryItems, type RetryResult } from './retry-run.ts';

interface RetryCommandOptions extends DataOptions {
  readonly maxAttempts: number;
  readonly batchSize: number;
  /** Milliseconds. */
  readonly backoff: number;
  readonly handler?: string;
  readonly dryRun?: boolean;
}

/** `crawlscope retry-failed-embeddings`: calls the user's function for every embedding that failed and never succeeded. */
export const retryFailedEmbeddings: CliCommand<RetryCommandOptions> = {
  usage: 'retry-failed-embeddings',
  summary: 'Retry embeddings that failed and never succeeded later; exit code 1 where some are left.',
  example: 'crawlscope retry-failed-embeddings --max-attempts 3 --batch-size 10 --handler ./embed.js',
  configure(command: Command) {
    command
      .option('--handler <file>', 'module whose default export embeds and stores a batch')
      .option('--max-attempts <count>', 'attempts at one text, over all runs', parseCount, 3)
      .option('--batch-size <count>', 'texts a call of the handler', parseCount, 10)
      .option('--backoff <ms>', 'wait before the second attempt; doubles with each further one', parseCount, 1000)
      .option('--dry-run', 'only list what would be retried');
  },
  async run(io, options) {
    if (options.dryRun === true) return listQueue(io, options);
    if (options.handler === undefined) {
      const next = 'Give it with --handler ./embed.js, or list the queue with --dry-run.';
      throw new CrawlscopeError('NO_HANDLER', 'there is no handler to embed with', next);
    }
    const handler = await loadHandler(options.handler);
    const interrupt = new AbortController();
    const stop = (): void => interrupt.abort();
    // The second interrupt ends the process at once; what was recorded is safe.
    process.once('SIGINT', stop).once('SIGTERM', stop);
    const release = await lockQueue(options.data, stop);
    try {
      // Read under the lock: what an earlier run did is no longer in the queue.
      const { items, unidentified } = await readQueue(io, options);
      const result = await retryItems(items, handler, {
        folder: options.data,
        maxAttempts: options.maxAttempts,
        batchSize: options.batchSize,
        backoffMs: options.backoff,
        signal: interrupt.signal,
        onProgress: (done, failed) => io.progress(`retrying embeddings: ${done} of ${items.length} done, ${failed} failures`),
      });
      io.progress('');
      return report(io, options, result, unidentified);
    } finally {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      await release().catch(() => undefined);
    }
  },
};

async function readQueue(io: Io, options: DataOptions): Promise<RetryQueue> {
  const store = await openIngested(options, io);
  try {
    return await loadRetryQueue(store);
  } finally {
    await store.close();
  }
}

async function listQueue(io: Io, options: RetryCommandOptions): Promise<ExitCode> {
  const { items, unidentified } = await readQueue(io, options);
  const isExhausted = (item: QueueItem): boolean => item.attempts >= options.maxAttempts;
  const [queued, exhausted] = [items.filter((item) => !isExhausted(item)), items.filter(isExhausted)];
  if (options.json) {
    io.out(
      `${JSON.stringify({ dry_run: true, queued: queued.map(toJson), exhausted: exhausted.map(toJson), unidentified }, null, 2)}\n`,
    );
    return items.length > 0 ? 1 : 0;
  }
  io.out(`${queued.length} embeddings to retry, ${exhausted.length} exhausted.\n`);
  if (items.length > 0) io.out(`${renderItems(items, io.colors)}\n`);
  noteUnidentified(io, unidentified);
  return items.length > 0 ? 1 : 0;
}

function report(io: Io, options: RetryCommandOptions, result: RetryResult, unidentified: number): ExitCode {
  const { succeeded, failures, exhausted, left } = result;
  if (options.json) {
    const lists = { exhausted: exhausted.map(toJson), left: left.map(toJson) };
    io.out(`${JSON.stringify({ succeeded, failures, interrupted: left.length > 0, ...lists, unidentified }, null, 2)}\n`);
  } else {
    io.out(`${succeeded} embeddings succeeded, ${exhausted.length} exhausted after ${options.maxAttempts} attempts.\n`);
    if (left.length > 0) io.out(`Interrupted with ${left.length} left: run the command again to go on.\n`);
    if (exhausted.length > 0) io.out(`${renderItems(exhausted, io.colors)}\n`);
    noteUnidentified(io, unidentified);
  }
  return exhausted.length + left.length > 0 ? 1 : 0;
}

function noteUnidentified(io: Io, unidentified: number): void {
  if (unidentified > 0) io.err(`note: ${unidentified} failed embeddings have no content hash and cannot be retried\n`);
}

function renderItems(items: readonly QueueItem[], colors: boolean): string {
  const table = new Table({
    head: ['content', 'url', 'failures', 'retries', 'last failure (UTC)', 'last error'],
    style: colors ? {} : { head: [], border: [] },
  });
  for (const item of items) {
    const counts = [String(item.failures), String(item.attempts)];
    const cells = [
      item.contentHash.slice(0, 12),
      item.url ?? '–',
      ...counts,
      formatTime(item.lastFailedUs),
      item.lastError ?? '–',
    ];
    table.push(cells.map(escapeTerminal));
  }
  return table.toString();
}

function toJson(item: QueueItem): object {
  return {
    content_hash: item.contentHash,
    url: item.url,
    length: item.length,
    trace_id: item.traceId,
    model_version: item.modelVersion,
    failures: item.failures,
    attempts: item.attempts,
    last_failed: new Date(item.lastFailedUs / 1000).toISOString(),
    last_error: item.lastError,
  };
}
