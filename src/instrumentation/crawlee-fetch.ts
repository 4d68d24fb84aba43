import { context, SpanKind, type Attributes } from '@opentelemetry/api';
import type { StageState } from '../crawl/active.ts';
import { classifyStatus, recordFailure, type FailureOptions } from '../crawl/failure.ts';
import { guard } from '../crawl/guard.ts';
import { serverOf } from '../crawl/server.ts';
import { describeStage, endStage, fail, failStage, startStage } from '../crawl/stage.ts';
import {
  ATTR_HTTP_BODY_SIZE,
  ATTR_HTTP_METHOD,
  ATTR_HTTP_RESEND_COUNT,
  ATTR_HTTP_STATUS,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_USER_AGENT,
} from '../semconv.ts';
import { classifyCrawleeError } from './crawlee-error.ts';
import type { Crawler, CrawleeResponse, CrawlingContext } from './crawlee-types.ts';

/** The fetch of one attempt, open until its outcome is known. */
export interface Fetch {
  readonly stage: StageState;
  status: number | undefined;
  /** An error status that the user declared to be none. */
  ignored: boolean;
  ended: boolean;
}

/** Starts the fetch stage of an attempt. */
export function openFetch(url: string, method: string, retry: number): Fetch {
  const attributes: Attributes = { [ATTR_HTTP_METHOD]: method };
  const server = serverOf(url);
  if (server) {
    attributes[ATTR_SERVER_ADDRESS] = server.address;
    attributes[ATTR_SERVER_PORT] = server.port;
  }
  if (retry > 0) attributes[ATTR_HTTP_RESEND_COUNT] = retry;
  return { stage: startStage('fetch', { kind: SpanKind.CLIENT, attributes }), status: undefined, ignored: false, ended: false };
}

/** Runs a crawler's navigation in its fetch stage. */
export async function navigate(
  crawler: Crawler,
  fetch: Fetch,
  crawling: CrawlingContext,
  original: () => unknown,
): Promise<unknown> {
  try {
    const result = await context.with(fetch.stage.context, original);
    guard(() => settleFetch(crawler, fetch, crawling.response), undefined);
    return result;
  } catch (error) {
    guard(() => failFetch(fetch, error), undefined);
    throw error;
  }
}

/** Runs a request that a handler sends itself in a fetch stage; an error status fails the page only if it is the page's own URL. */
export async function sendRequest(
  fetch: Fetch,
  original: () => Promise<CrawleeResponse>,
  own: boolean,
): Promise<CrawleeResponse> {
  try {
    const response = await context.with(fetch.stage.context, original);
    guard(() => {
      describeResponse(fetch, response);
      setBodySize(fetch, response);
      fetch.ignored = !own;
      endFetch(fetch, {});
    }, undefined);
    return response;
  } catch (error) {
    guard(() => failFetch(fetch, error), undefined);
    throw error;
  }
}

/** Ends a fetch by the status of its answer. */
export function endFetch(fetch: Fetch, options: FailureOptions): void {
  const { stage, status, ignored, ended } = fetch;
  if (ended) return;
  fetch.ended = true;
  const errorType = ignored ? undefined : classifyStatus(status);
  if (errorType) {
    const statusCode = status === undefined ? {} : { statusCode: status };
    context.with(stage.context, () => fail(errorType, { message: `The server answered ${status}`, ...statusCode, ...options }));
  }
  endStage(stage);
}

/** Ends a fetch that ended in an error, thrown by it or by the crawler because of its answer. */
export function failFetch(fetch: Fetch, error: unknown, retryScheduled?: boolean): void {
  const { stage, status, ended } = fetch;
  if (ended) return;
  fetch.ended = true;
  const { span, page } = stage;
  recordFailure(span, error, { stage: 'fetch', page, errorType: classifyCrawleeError(error, status), retryScheduled });
  failStage(stage, error);
}

/** A good answer ends the fetch with its body; a bad one stays open, for whether it is an error is the crawler's decision. */
function settleFetch(crawler: Crawler, fetch: Fetch, response: CrawleeResponse | undefined): void {
  if (!response) return endFetch(fetch, {});
  describeResponse(fetch, response);
  fetch.ignored = crawler.ignoreHttpErrorStatusCodes?.has(fetch.status ?? 0) ?? false;
  const good = fetch.ignored || classifyStatus(fetch.status) === undefined;
  const finish = (): void => {
    if (fetch.ended) return;
    setBodySize(fetch, response);
    if (good) endFetch(fetch, {});
  };
  if (typeof response.once !== 'function' || response.readableEnded) return finish();
  response.once('end', () => guard(finish, undefined));
  response.once('close', () => guard(() => (response.errored ? failFetch(fetch, response.errored) : finish()), undefined));
}

function describeResponse(fetch: Fetch, response: CrawleeResponse): void {
  fetch.status = typeof response.status === 'function' ? response.status() : response.statusCode;
  const attributes: Attributes = {};
  if (fetch.status !== undefined) attributes[ATTR_HTTP_STATUS] = fetch.status;
  const userAgent = userAgentOf(response);
  if (userAgent !== undefined) attributes[ATTR_USER_AGENT] = userAgent;
  describeStage(fetch.stage, attributes);
}

/** Got's request has options, a browser's is given by a method and has methods. */
function userAgentOf(response: CrawleeResponse): string | undefined {
  const request = (typeof response.request === 'function' ? response.request() : response.request) as
    | { options?: { headers?: Record<string, unknown> }; headers?: () => Record<string, unknown> }
    | undefined;
  const headers = request?.options?.headers ?? (typeof request?.headers === 'function' ? request.headers() : undefined);
  const agent = headers?.['user-agent'] ?? headers?.['User-Agent'] ?? headers?.[userAgentKey(headers)];
  return typeof agent === 'string' ? agent : undefined;
}

/** Whatever its letters. */
function userAgentKey(headers: Record<string, unknown>): string {
  return Object.keys(headers).find((key) => key.toLowerCase() === 'user-agent') ?? '';
}

function setBodySize({ stage }: Fetch, response: CrawleeResponse): void {
  const size = bodySize(response);
  if (size !== undefined) describeStage(stage, { [ATTR_HTTP_BODY_SIZE]: size });
}

function bodySize(response: CrawleeResponse): number | undefined {
  const transferred = response.downloadProgress?.transferred;
  if (typeof transferred === 'number' && transferred > 0) return transferred;
  if (typeof response.body === 'string' || Buffer.isBuffer(response.body)) return Buffer.byteLength(response.body);
  const headers = typeof response.headers === 'function' ? response.headers() : response.headers;
  const length = Number(headers?.['content-length']);
  return Number.isSafeInteger(length) && length >= 0 ? length : undefined;
}
