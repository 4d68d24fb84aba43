import { context } from '@opentelemetry/api';
import { activePageState, activeRun } from '../crawl/active.ts';
import { guard } from '../crawl/guard.ts';
import { endPage, failPage, startPage } from '../crawl/page.ts';
import { carrierOf, type Carrier } from '../crawl/propagation.ts';
import { startRun } from '../crawl/run.ts';
import { instrumentHandling } from './crawlee-page.ts';
import { observeQueue } from './crawlee-queue.ts';
import { rememberDiscovery } from './crawlee-request.ts';
import type { Crawler, CrawleeRequest } from './crawlee-types.ts';
import type { Instrumentation, ModuleExports } from './instrumentation.ts';
import { warnOnce, wrapMethod, type Wrapper } from './wrap.ts';

/** Every crawler of Crawlee 3: runs, pages with their retries, fetches, and the links between pages. */
export const crawlee: Instrumentation = { module: '@crawlee/basic', majors: [3], patch };

const SKIPPED_LIMIT = 10_000;

/** All crawlers extend `BasicCrawler`, and its package re-exports the request queues' base class from `@crawlee/core`. */
function patch(exports: ModuleExports): void {
  const { BasicCrawler, RequestProvider } = exports;
  if (hasPrototype(BasicCrawler)) wrapMethod(BasicCrawler.prototype, 'run', 'BasicCrawler', run);
  else warnOnce('BasicCrawler', 'crawlscope: @crawlee/basic exports no BasicCrawler; crawls are not traced');
  if (!hasPrototype(RequestProvider))
    return warnOnce('RequestProvider', 'crawlscope: no links between pages, RequestProvider is missing');
  wrapMethod(RequestProvider.prototype, 'addRequest', 'RequestProvider', instrumentClient);
  wrapMethod(RequestProvider.prototype, 'addRequests', 'RequestProvider', instrumentClient);
}

const run: Wrapper = (original) =>
  async function (...args) {
    const crawler = this as Crawler;
    guard(() => instrumentHandling(crawler), undefined);
    guard(() => wrapMethod(crawler, 'handleSkippedRequest', crawler.constructor.name, skipped(new Set())), undefined);
    const stopObserving = guard(() => observeQueue(crawler), undefined);
    try {
      return await inRun(async () => original.apply(this, args));
    } finally {
      guard(() => stopObserving?.(), undefined);
    }
  };

/** A crawler that runs inside a run of the user's belongs to that one. */
async function inRun(crawl: () => Promise<unknown>): Promise<unknown> {
  const active = guard(() => (activeRun() ? undefined : startRun()), undefined);
  if (!active) return crawl();
  try {
    const statistics = await context.with(active.context, crawl);
    active.end();
    return statistics;
  } catch (error) {
    active.end(error);
    throw error;
  }
}

const clients = new WeakSet<object>();

/** The queue's client is handed `Request` objects just before they are stored, whichever way they were added. */
const instrumentClient: Wrapper = (original) =>
  function (...args) {
    const { client } = this as { client: object };
    if (!clients.has(client)) guard(() => wrapClient(client), undefined);
    return original.apply(this, args);
  };

function wrapClient(client: object): void {
  wrapMethod(client, 'addRequest', client.constructor.name, rememberRequests);
  wrapMethod(client, 'batchAddRequests', client.constructor.name, rememberRequests);
  clients.add(client);
}

const rememberRequests: Wrapper = (original) =>
  function (...args) {
    guard(() => {
      const from = activeCarrier();
      const [given] = args as [CrawleeRequest | readonly CrawleeRequest[]];
      for (const request of Array.isArray(given) ? given : [given]) rememberDiscovery(request as CrawleeRequest, from);
    }, undefined);
    return original.apply(this, args);
  };

/** A URL that robots.txt forbids never gets to a handler: its failed page is all there is of it. */
const skipped =
  (seen: Set<string>): Wrapper =>
  (original) =>
    function (...args) {
      guard(() => {
        const { url, reason } = args[0] as { url: string; reason: string };
        if (reason !== 'robotsTxt' || seen.has(url) || seen.size >= SKIPPED_LIMIT) return;
        seen.add(url);
        const discoveredBy = activeCarrier();
        const page = startPage({ url, willRetry: false, ...(discoveredBy ? { discoveredBy } : {}) });
        failPage(page, 'robots');
        endPage(page);
      }, undefined);
      return original.apply(this, args);
    };

function activeCarrier(): Carrier | undefined {
  const page = activePageState();
  return page && carrierOf(page.span.spanContext());
}

function hasPrototype(value: unknown): value is { prototype: object } {
  return typeof value === 'function' && typeof value.prototype === 'object' && value.prototype !== null;
}
