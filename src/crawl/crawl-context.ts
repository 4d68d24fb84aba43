import { createContextKey, type Context, type Span } from '@opentelemetry/api';

/** What a context tells of a crawl. */
export interface CrawlValues {
  readonly span: Span;
  readonly page: unknown;
  readonly stage: unknown;
}

export const PAGE_KEY = createContextKey('crawlscope.page');
export const STAGE_KEY = createContextKey('crawlscope.stage');
/** The one that `trace.getSpan` uses: equal descriptions give equal keys, so that all copies of the API agree. */
const SPAN_KEY = createContextKey('OpenTelemetry Context Key SPAN');

/** A context in which these are active; one object, where the API's own contexts copy a map for every value that is set. */
export function withCrawlValues(ctx: Context, values: CrawlValues): Context {
  return new CrawlContext(ctx instanceof CrawlContext ? ctx.base : ctx, values);
}

class CrawlContext implements Context {
  /** What all other values come from; never one of this class, so lookups stay short however deep stages are nested. */
  readonly base: Context;
  readonly #values: CrawlValues;

  constructor(base: Context, values: CrawlValues) {
    this.base = base;
    this.#values = values;
  }

  getValue(key: symbol): unknown {
    if (key === SPAN_KEY) return this.#values.span;
    if (key === PAGE_KEY) return this.#values.page;
    if (key === STAGE_KEY) return this.#values.stage;
    return this.base.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#flatten().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#flatten().deleteValue(key);
  }

  #flatten(): Context {
    const { span, page, stage } = this.#values;
    return this.base.setValue(SPAN_KEY, span).setValue(PAGE_KEY, page).setValue(STAGE_KEY, stage);
  }
}
