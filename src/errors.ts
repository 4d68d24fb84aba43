/** A known failure with a stable code, told to the user without a stack trace. */
export class CrawlscopeError extends Error {
  override readonly name = 'CrawlscopeError';
  /** Stable, upper-case code such as `UNKNOWN_URL`. */
  readonly code: string;
  /** What the user can do about it, one imperative sentence. */
  readonly nextStep: string;

  constructor(code: string, message: string, nextStep: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.nextStep = nextStep;
  }
}

/** The message of anything that can be thrown, an `Error` or not. */
export function errorMessage(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  try {
    return String(thrown);
  } catch {
    return 'unprintable value';
  }
}

/** The error to show where an optional package is not installed, `undefined` where loading failed by something else. */
export function missingPackage(error: unknown): CrawlscopeError | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  const [, name] = /Cannot find package '([^']+)'/.exec(error.message) ?? [];
  if (name === undefined) return undefined;
  return new CrawlscopeError(
    'MISSING_PACKAGE',
    `needs the package ${name}, which is not installed`,
    `Install crawlscope without --omit=optional, which brings all that its commands need, or this one alone: npm install ${name}.`,
    { cause: error },
  );
}
