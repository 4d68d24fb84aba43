import { context } from '@opentelemetry/api';
import type { PageState } from '../crawl/active.ts';
import { causesOf } from '../crawl/error-class.ts';
import { recordFailure } from '../crawl/failure.ts';
import { guard } from '../crawl/guard.ts';
import { observe } from '../crawl/outcome.ts';
import { endPage, startPage } from '../crawl/page.ts';
import type { PageOptions } from '../crawl/page-options.ts';
import { classifyCrawleeError } from './crawlee-error.ts';
import { endFetch, failFetch, navigate, openFetch, sendRequest, type Fetch } from './crawlee-fetch.ts';
import { countAttempt, rememberAttempt } from './crawlee-request.ts';
import type { Crawler, CrawleeResponse, CrawlingContext } from './crawlee-types.ts';
import { wrapMethod, type Wrapper } from './wrap.ts';

/** One attempt at a URL, from the start of its handling to its outcome. */
interface Attempt {
  readonly page: PageState;
  fetch: Fetch | undefined;
}

const CAN_BE_RETRIED = '_canRequestBeRetried';
const NOT_RETRIED = { retryScheduled: false };
const attempts = new WeakMap<CrawlingContext, Attempt>();

/**
 * Instruments the handling of requests of one crawler. The methods are replaced on the instance, where a call that starts in
 * Crawlee's base class arrives first, whichever of its many subclasses overrides them and whoever wrapped them before.
 */
export function instrumentHandling(crawler: Crawler): void {
  const owner = crawler.constructor.name;
  const told = {
    failure: wrapMethod(crawler, '_requestFunctionErrorHandler', owner, handleError),
    end: wrapMethod(crawler, '_cleanupContext', owner, cleanUp),
  };
  wrapMethod(crawler, '_runRequestHandler', owner, runRequestHandler(told));
  // A crawler without navigation fetches in its handler.
  if ('_handleNavigation' in crawler) wrapMethod(crawler, '_handleNavigation', owner, handleNavigation);
}

/** What no other method of this Crawlee tells is taken from how the handling ends, which is all but a time-out. */
const runRequestHandler =
  (told: { failure: boolean; end: boolean }): Wrapper =>
  (original) =>
    function (...args) {
      const crawling = args[0] as CrawlingContext;
      const attempt = guard(() => startAttempt(this as Crawler, crawling), undefined);
      const run = (): unknown => original.apply(this, args);
      if (!attempt) return run();
      if (!told.failure) guard(() => rememberAttempt(crawling.request, attempt.page), undefined);
      const ok = (): void => {
        if (!told.end) guard(() => endAttempt(crawling), undefined);
      };
      const failed = (error: unknown): void => {
        if (!told.failure) guard(() => failAttempt(crawling, attempt, error, undefined), undefined);
      };
      const ctx = attempt.page.context;
      return told.failure && told.end ? context.with(ctx, run) : observe(run, { ok, failed }, ctx);
    };

const handleNavigation: Wrapper = (original) =>
  function (...args) {
    const crawling = args[0] as CrawlingContext;
    const run = (): unknown => original.apply(this, args);
    const attempt = attempts.get(crawling);
    const fetch = attempt && guard(() => openFetch(crawling.request.url, crawling.request.method, attempt.page.retry), undefined);
    if (!fetch) return run();
    attempt.fetch = fetch;
    return navigate(this as Crawler, fetch, crawling, run);
  };

const handleError: Wrapper = (original) =>
  async function (...args) {
    const [error, crawling] = args as [unknown, CrawlingContext];
    const attempt = attempts.get(crawling);
    if (!attempt) return original.apply(this, args);
    const { request } = crawling;
    const retries = request.retryCount;
    guard(() => rememberAttempt(request, attempt.page), undefined);
    try {
      return await context.with(attempt.page.context, () => original.apply(this, args));
    } finally {
      const retryScheduled = request.retryCount > retries;
      guard(() => failAttempt(crawling, attempt, error, retryScheduled), undefined);
    }
  };

const cleanUp: Wrapper = (original) =>
  function (...args) {
    guard(() => endAttempt(args[0] as CrawlingContext), undefined);
    return original.apply(this, args);
  };

function startAttempt(crawler: Crawler, crawling: CrawlingContext): Attempt {
  const { request } = crawling;
  const { url } = request;
  const { retry, queueWait, first, from } = countAttempt(request);
  const options: PageOptions = {
    url,
    retry,
    depth: request.crawlDepth ?? 0,
    queueWait,
    parent: first,
    discoveredBy: from,
    willRetry: (error) => !request.noRetry && (crawler[CAN_BE_RETRIED]?.(request, error) ?? false),
  };
  const attempt: Attempt = { page: startPage(options), fetch: undefined };
  attempts.set(crawling, attempt);
  replaceSendRequest(attempt, crawling);
  return attempt;
}

function failAttempt(
  crawling: CrawlingContext,
  { page, fetch }: Attempt,
  error: unknown,
  retryScheduled: boolean | undefined,
): void {
  attempts.delete(crawling);
  if (fetch && belongsToFetch(fetch, error)) failFetch(fetch, error, retryScheduled);
  else if (fetch) endFetch(fetch, retryScheduled === undefined ? {} : { retryScheduled });
  const known = [error, ...causesOf(error)].some((one) => page.failures.has(one));
  const errorType = known ? undefined : classifyCrawleeError(error, fetch?.status);
  recordFailure(page.span, error, { page, errorType, retryScheduled });
  endPage(page, { error, retryScheduled });
}

function endAttempt(crawling: CrawlingContext): void {
  const attempt = attempts.get(crawling);
  if (!attempt) return;
  attempts.delete(crawling);
  if (attempt.fetch) endFetch(attempt.fetch, NOT_RETRIED);
  endPage(attempt.page, NOT_RETRIED);
}

/** Crawlee's own verdict on an answer, or whatever came before there was a good one; otherwise the handler threw. */
function belongsToFetch({ status, ignored }: Fetch, error: unknown): boolean {
  if (status === undefined || status < 400 || ignored) return true;
  const message = error instanceof Error ? error.message : '';
  return message.startsWith(`${status} - `) || classifyCrawleeError(error, status) === 'blocked';
}

function replaceSendRequest(attempt: Attempt, crawling: CrawlingContext): void {
  const original = crawling.sendRequest;
  if (typeof original !== 'function') return;
  crawling.sendRequest = function (this: unknown, ...args): Promise<CrawleeResponse> {
    const { url = crawling.request.url, method = crawling.request.method } = args[0] ?? {};
    const run = (): Promise<CrawleeResponse> => original.apply(this, args);
    const fetch = guard(() => openFetch(String(url), method, attempt.page.retry), undefined);
    return fetch ? sendRequest(fetch, run, String(url) === crawling.request.url) : run();
  };
}
