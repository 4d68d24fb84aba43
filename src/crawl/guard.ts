import { diag } from '@opentelemetry/api';
import { errorMessage } from '../errors.ts';

/** What `fn` returns, or the fallback when it throws: telemetry must never break a crawl. */
export function guard<T>(fn: () => T, fallback: T): T {
  try {
    return fn();
  } catch (error) {
    diag.debug(`crawlscope: ${errorMessage(error)}`);
    return fallback;
  }
}
