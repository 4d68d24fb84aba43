import { randomBytes } from 'node:crypto';
import * as semconv from '../semconv.ts';
import { appendSpans, type NewSpan } from '../store/append.ts';
import type { QueueItem } from './retry-queue.ts';

/** What came of one retry; times are microseconds since the Unix epoch. */
export interface RetryOutcome {
  readonly item: QueueItem;
  /** Null where the embedding succeeded. */
  readonly error: { readonly type: string; readonly message: string } | null;
  readonly embeddingId: string | null;
  readonly startUs: number;
  readonly endUs: number;
}

const LONGEST_MESSAGE = 1000;
const SECRETS = new RegExp(`([?&;](?:${semconv.REDACTED_PARAMETERS.join('|')})=)[^&#\\s"']+`, 'gi');
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]+@/gi;

/** Appends one `crawl.embed` span for each retry to the telemetry in `folder`, in the trace of its page. */
export async function recordRetries(folder: string, outcomes: readonly RetryOutcome[]): Promise<void> {
  const first = outcomes[0];
  if (!first) return;
  const day = new Date(first.startUs / 1000).toISOString().slice(0, 10);
  await appendSpans(folder, `retries-${day}.jsonl`, outcomes.map(toSpan));
}

function toSpan({ item, error, embeddingId, startUs, endUs }: RetryOutcome): NewSpan {
  const shared = {
    [semconv.ATTR_STAGE]: 'embed',
    [semconv.ATTR_RETRY_COUNT]: item.attempts + 1,
    [semconv.ATTR_PAGE_CONTENT_HASH]: item.contentHash,
    ...(item.url !== null && { [semconv.ATTR_URL_FULL]: item.url }),
  };
  const domain = URL.parse(item.url ?? '')?.hostname;
  return {
    traceId: item.traceId,
    spanId: randomBytes(8).toString('hex'),
    ...(item.pageSpanId && { parentSpanId: item.pageSpanId }),
    name: 'crawl.embed',
    startUs,
    endUs,
    failed: error !== null,
    attributes: {
      ...shared,
      ...(domain && { [semconv.ATTR_URL_DOMAIN]: domain }),
      ...(item.modelVersion !== null && { [semconv.ATTR_MODEL_VERSION]: item.modelVersion }),
      ...(embeddingId !== null && { [semconv.ATTR_EMBEDDING_ID]: embeddingId }),
      ...(error && { [semconv.ATTR_ERROR_TYPE]: 'embedding' }),
    },
    events: error
      ? [
          {
            name: semconv.EVENT_EXCEPTION,
            timeUs: endUs,
            attributes: {
              ...shared,
              ...(item.length !== null && { [semconv.ATTR_PAGE_LENGTH]: item.length }),
              [semconv.ATTR_EXCEPTION_TYPE]: error.type,
              [semconv.ATTR_EXCEPTION_MESSAGE]: redactMessage(error.message),
            },
          },
        ]
      : [],
  };
}

/** An error of the user's handler may quote a URL with a secret in it. */
function redactMessage(message: string): string {
  return message
    .slice(0, LONGEST_MESSAGE)
    .replace(SECRETS, `$1${semconv.REDACTED}`)
    .replace(USER_INFO, `$1${semconv.REDACTED}:${semconv.REDACTED}@`);
}
