import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { QueueItem } from '../analyses/retry-queue.ts';
import { CrawlscopeError, errorMessage } from '../errors.ts';

/** What the handler may say about one text: nothing or an `embeddingId` on success, an `error` on failure. */
export interface HandlerResult {
  readonly embeddingId?: string;
  readonly error?: unknown;
}

/**
 * The user's function, the default export or `embed` of the `--handler` module: embeds and stores a batch, and returns one result
 * a text, or nothing where all succeeded. Throwing fails the whole batch.
 */
export type Handler = (
  batch: readonly QueueItem[],
  context: { readonly signal: AbortSignal },
) => Promise<readonly (HandlerResult | null | undefined)[] | void>;

/** Loads a handler module, a path relative to the current folder. */
export async function loadHandler(path: string): Promise<Handler> {
  const file = resolve(path);
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    const next = 'Give with --handler a module that runs in Node, such as ./embed.js.';
    throw new CrawlscopeError('HANDLER_UNREADABLE', `cannot load ${file}: ${errorMessage(error)}`, next, { cause: error });
  }
  const handler = module['default'] ?? module['embed'];
  if (typeof handler === 'function') return handler as Handler;
  throw new CrawlscopeError(
    'HANDLER_INVALID',
    `${file} exports no function`,
    'Export it as the default: export default async function embed(batch) { ... }',
  );
}

/** Calls the handler; resolves to one result a text, an error of the whole batch given to each of them. */
export async function callHandler(handler: Handler, batch: readonly QueueItem[], signal: AbortSignal): Promise<HandlerResult[]> {
  try {
    const results = await handler(batch, { signal });
    if (results === undefined || results === null) return batch.map(() => ({}));
    if (Array.isArray(results) && results.length === batch.length) {
      return results.map((result) => (result instanceof Error ? { error: result } : (result ?? {})));
    }
    throw new TypeError(`the handler must return nothing or an array of ${batch.length} results, one a text`);
  } catch (error) {
    return batch.map(() => ({ error }));
  }
}
