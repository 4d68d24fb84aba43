/** The parts of Crawlee 3 that are touched, so that Crawlee itself is never loaded for its types. */

/** A request of Crawlee's, an instance of its `Request` class. */
export interface CrawleeRequest {
  url: string;
  method: string;
  noRetry?: boolean;
  retryCount: number;
  crawlDepth?: number;
  userData: Record<string, unknown> & { __crawlee?: Record<string, unknown> };
}

/** What a request handler is called with; one object per attempt. */
export interface CrawlingContext {
  request: CrawleeRequest;
  response?: CrawleeResponse | undefined;
  sendRequest?: (overrides?: { url?: string | URL; method?: string }, ...rest: unknown[]) => Promise<CrawleeResponse>;
}

/** A response of an HTTP crawler (a stream with properties) or of a browser crawler (methods). */
export interface CrawleeResponse {
  statusCode?: number;
  status?: () => number;
  headers: Record<string, unknown> | (() => Record<string, unknown>);
  request?: object | (() => object);
  downloadProgress?: { transferred?: number };
  errored?: unknown;
  readableEnded?: boolean;
  body?: unknown;
  once?: (event: string, listener: () => void) => void;
}

/** Any crawler; what is private to Crawlee may be missing in another version. */
export interface Crawler {
  requestManager?: { getPendingCount?: () => number };
  ignoreHttpErrorStatusCodes?: Set<number>;
  stats?: { state?: { requestsFinished?: number; requestsFailed?: number; requestsRetries?: number } };
  _canRequestBeRetried?: (request: CrawleeRequest, error: unknown) => boolean;
}
