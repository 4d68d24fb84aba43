import { classifyError, classifyStatus } from '../crawl/failure.ts';

/** Crawlee throws plain errors and session errors whose kind is told in the message only. */
const MESSAGES: readonly (readonly [RegExp, string])[] = [
  [
    /^Request blocked - |^Found selectors: |^Blocked by status code |^Received blocked status code|^Cloudflare challenge failed/,
    'blocked',
  ],
  [/ERR_NAME_NOT_RESOLVED|ENOTFOUND|EAI_AGAIN|ERR_DNS/, 'dns'],
  [/net::ERR_(CERT|SSL|BAD_SSL)|ERR_TLS|self-signed certificate/, 'tls'],
  [/ECONNREFUSED|ECONNRESET|EPIPE|net::ERR_(CONNECTION|EMPTY_RESPONSE|ADDRESS|PROXY|TUNNEL)|Proxy responded with/, 'connection'],
  [/timed out after|Navigation timeout|Timeout \d+ms exceeded|net::ERR_TIMED_OUT|net::ERR_CONNECTION_TIMED_OUT/, 'timeout'],
  [/net::ERR_ABORTED/, 'cancelled'],
];

/** The class of what a Crawlee crawler threw, given the status of the response if there was one. */
export function classifyCrawleeError(error: unknown, status: number | undefined): string {
  const message = error instanceof Error ? error.message : '';
  const timedOut = /ERR_(CONNECTION_)?TIMED_OUT/.test(message);
  const told = timedOut ? 'timeout' : MESSAGES.find(([pattern]) => pattern.test(message))?.[1];
  if (told) return told;
  if (status !== undefined && message.startsWith(`${status} - `)) return classifyStatus(status) ?? classifyError(error);
  return classifyError(error);
}
