/** Every name of the contract, and its lists of values. */
export * from './names.ts';

/**
 * Stages with a fixed meaning; users may add their own, spanned as `crawl.<custom>`.
 * @public
 */
export const STAGES = ['fetch', 'extract', 'classify', 'embed', 'store'] as const;
export const OUTCOMES = ['ok', 'failed', 'retried'] as const;

/**
 * The low-cardinality classes of `error.type`; the error's class name is used where none fits.
 * @public
 */
export const ERROR_TYPES = [
  'timeout',
  'dns',
  'connection',
  'tls',
  'http_4xx',
  'http_5xx',
  'blocked',
  'robots',
  'too_large',
  'parse',
  'empty_content',
  'model',
  'embedding',
  'store',
  'memory',
  'cancelled',
] as const;

/** Query parameters whose values never leave the process, lower case: the semantic conventions' list and the common names of secrets. */
export const REDACTED_PARAMETERS = [
  'x-amz-signature',
  'x-amz-credential',
  'x-amz-security-token',
  'awsaccesskeyid',
  'signature',
  'sig',
  'x-goog-signature',
  'token',
  'access_token',
  'api_key',
  'apikey',
  'key',
  'auth',
  'password',
  'secret',
  'session',
] as const;

/**
 * The two verdicts of a label.
 * @public
 */
export const VERDICTS = ['false_positive', 'false_negative'] as const;

/** Bucket bounds of duration histograms, in seconds. */
export const DURATION_BUCKETS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300] as const;

export type Outcome = (typeof OUTCOMES)[number];
export type Verdict = (typeof VERDICTS)[number];
