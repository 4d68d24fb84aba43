import { SpanStatusCode } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { ATTR_RETRY_COUNT, ATTR_SAMPLING_WEIGHT, ATTR_STAGE, SPAN_PAGE } from '../semconv.ts';
import type { Sampling } from './config-type.ts';
import type { SyncFlush } from './file-processors.ts';

/** The spans below one page, held until it is known whether the page is remarkable. */
interface OpenPage {
  readonly id: string;
  /** Ids of the spans below the page, to forget them with it. */
  readonly ids: string[];
  readonly spans: ReadableSpan[];
  failed: boolean;
}

const DEFAULT_SLOW_MS = 10_000;
/** Beyond these a page's spans are no longer held: chance alone decides about them, which keeps the weights right. */
const MOST_SPANS = 20_000;
const MOST_IDS = 100_000;

/**
 * Passes on every page span, every span of a failed, slow or retried page, and of the other pages' spans a share, which then
 * carries its weight. The trace id decides, so that all processes keep the same pages. Metrics are not touched.
 */
export function createSamplingProcessor(
  { ratio = 1, slowMs = DEFAULT_SLOW_MS }: Sampling,
  next: readonly SpanProcessor[],
): SpanProcessor & SyncFlush {
  const pages = new Map<string, OpenPage>();
  const owners = new Map<string, OpenPage>();
  let held = 0;

  const pass = (span: ReadableSpan): void => {
    for (const processor of next) processor.onEnd(span);
  };
  const passByChance = (span: ReadableSpan): void => {
    if (!isChosen(span.spanContext().traceId, ratio)) return;
    if (ratio < 1) span.attributes[ATTR_SAMPLING_WEIGHT] = 1 / ratio;
    pass(span);
  };
  const forget = (page: OpenPage): void => {
    pages.delete(page.id);
    for (const id of page.ids) owners.delete(id);
    held -= page.spans.length;
  };
  const settle = (page: OpenPage, remarkable: boolean): void => {
    forget(page);
    page.spans.forEach(remarkable ? pass : passByChance);
  };
  const settleAll = (): void => {
    for (const page of pages.values()) settle(page, true);
  };
  const decideAlone = (span: ReadableSpan): void => {
    const ofCrawl = span.attributes[ATTR_STAGE] !== undefined;
    if (!ofCrawl || isFailed(span) || Number(span.attributes[ATTR_RETRY_COUNT]) > 0) pass(span);
    else passByChance(span);
  };

  return {
    onStart(span, context) {
      for (const processor of next) processor.onStart(span, context);
      const { name, parentSpanContext } = span as unknown as ReadableSpan;
      const id = span.spanContext().spanId;
      if (name === SPAN_PAGE) {
        const page: OpenPage = { id, ids: [id], spans: [], failed: false };
        pages.set(id, page);
        owners.set(id, page);
      } else {
        const owner = parentSpanContext && owners.get(parentSpanContext.spanId);
        if (owner) {
          owners.set(id, owner);
          owner.ids.push(id);
        }
      }
      // A page that never ends must not fill the memory.
      for (const page of pages.values()) {
        if (owners.size <= MOST_IDS) break;
        settle(page, page.failed);
      }
    },
    onEnd(span) {
      const page = owners.get(span.spanContext().spanId);
      if (page === undefined) {
        if (span.name === SPAN_PAGE) pass(span);
        else decideAlone(span);
      } else if (span.name === SPAN_PAGE) {
        const slow = hrTimeToMilliseconds(span.duration) >= slowMs;
        settle(page, slow || page.failed || isFailed(span) || Number(span.attributes[ATTR_RETRY_COUNT]) > 0);
        pass(span);
      } else {
        page.failed ||= isFailed(span);
        if (held < MOST_SPANS) {
          page.spans.push(span);
          held += 1;
        } else decideAlone(span);
      }
    },
    // What was cut off by the end of the process is worth a look.
    flushSync: settleAll,
    forceFlush: async () => void (await Promise.all(next.map((processor) => processor.forceFlush()))),
    shutdown: async () => {
      settleAll();
      await Promise.all(next.map((processor) => processor.shutdown()));
    },
  };
}

function isFailed(span: ReadableSpan): boolean {
  return span.status.code === SpanStatusCode.ERROR;
}

/** Whether the random half of the trace id lies in the share. */
function isChosen(traceId: string, ratio: number): boolean {
  return Number.parseInt(traceId.slice(-12), 16) < ratio * 2 ** 48;
}
