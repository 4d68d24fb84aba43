import { guard } from './guard.ts';

const CODES: readonly (readonly [RegExp, string])[] = [
  [/^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL)/, 'dns'],
  [/^(ETIMEDOUT|ESOCKETTIMEDOUT|ETIMEOUT|ERR_TIMEOUT|UND_ERR_\w*TIMEOUT)/, 'timeout'],
  [/^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO)/, 'tls'],
  [/^(ECONN|EPIPE|EHOST|ENET|EADDR|UND_ERR_SOCKET|UND_ERR_CLOSED|HPE_|ERR_STREAM_PREMATURE)/, 'connection'],
  [/^(UND_ERR_RES_EXCEEDED|ERR_STRING_TOO_LONG|ERR_BUFFER_TOO_LARGE|ERR_BODY_TOO_LARGE)/, 'too_large'],
  [/^(ENOMEM|ERR_WORKER_OUT_OF_MEMORY|ERR_MEMORY_ALLOCATION)/, 'memory'],
  [/^(ABORT_ERR|ERR_CANCELED|UND_ERR_ABORTED)/, 'cancelled'],
];
const NAMES: Readonly<Record<string, string>> = {
  TimeoutError: 'timeout',
  AbortError: 'cancelled',
  CanceledError: 'cancelled',
  SessionError: 'blocked',
  SyntaxError: 'parse',
};
const MESSAGES: readonly (readonly [RegExp, string])[] = [
  [/ERR_NAME_|ERR_DNS|NS_ERROR_UNKNOWN_HOST|getaddrinfo/, 'dns'],
  [/ERR_CERT|ERR_SSL|SSL_ERROR|self.signed certificate/, 'tls'],
  [/\btimed? ?out\b|\btimeout\b|ERR_TIMED_OUT/i, 'timeout'],
  [/ERR_CONNECTION|ERR_ADDRESS|ERR_EMPTY_RESPONSE|NS_ERROR_CONNECTION|socket hang up|other side closed/, 'connection'],
  [/\bblocked\b|\bcaptcha\b/i, 'blocked'],
  [/robots\.txt/i, 'robots'],
  [/out of memory|allocation failed/i, 'memory'],
];
/** What most likely failed when only the stage is known. */
const STAGE_CLASSES: Readonly<Record<string, string>> = {
  embed: 'embedding',
  store: 'store',
  classify: 'model',
  extract: 'parse',
};
const LONGEST_CAUSE_CHAIN = 8;

/** The low-cardinality class (`error.type`) of anything thrown, by code, HTTP status, name, message, stage, and last its class name. */
export function classifyError(thrown: unknown, stage?: string): string {
  return guard(() => {
    for (const error of causesOf(thrown)) {
      const known = classifyOne(error);
      if (known !== undefined) return known;
    }
    return (stage === undefined ? undefined : STAGE_CLASSES[stage]) ?? errorName(thrown);
  }, 'Error');
}

/** The class of a failure told by its HTTP status, if it is one. */
export function classifyStatus(status: unknown): string | undefined {
  if (typeof status !== 'number' || status < 400 || status > 599) return undefined;
  return status < 500 ? 'http_4xx' : 'http_5xx';
}

/** The HTTP status an error carries, itself or in its response or causes. */
export function statusOf(thrown: unknown): number | undefined {
  return guard(() => {
    for (const error of causesOf(thrown)) {
      const status = ownStatus(error);
      if (typeof status === 'number') return status;
    }
    return undefined;
  }, undefined);
}

/** The class name of what was thrown, or its type when it is no object. */
export function errorName(thrown: unknown): string {
  if (!isRecord(thrown)) return thrown === null ? 'null' : typeof thrown;
  const names = [thrown.name, thrown.constructor?.name];
  const name = names.find((candidate) => typeof candidate === 'string' && candidate !== '' && candidate !== 'Error') ?? 'Error';
  return /^[\w.$-]{1,64}$/.test(String(name)) ? String(name) : 'Error';
}

/** The error itself, then what caused it, nearest first. */
export function causesOf(thrown: unknown): Record<string, unknown>[] {
  const chain: Record<string, unknown>[] = [];
  let next: unknown = thrown;
  while (isRecord(next) && chain.length < LONGEST_CAUSE_CHAIN && !chain.includes(next)) {
    chain.push(next);
    next = next.cause ?? (Array.isArray(next.errors) ? next.errors[0] : undefined);
  }
  return chain;
}

function classifyOne(error: Record<string, unknown>): string | undefined {
  const { code, name, message } = error;
  const known = typeof code === 'string' ? match(CODES, code) : undefined;
  return (
    known ??
    (typeof name === 'string' ? NAMES[name] : undefined) ??
    classifyStatus(ownStatus(error)) ??
    (typeof message === 'string' ? match(MESSAGES, message.slice(0, 1000)) : undefined)
  );
}

function ownStatus(error: Record<string, unknown>): unknown {
  const response = isRecord(error.response) ? error.response : {};
  return [error.statusCode, error.status, response.statusCode, response.status].find((status) => classifyStatus(status));
}

function match(table: readonly (readonly [RegExp, string])[], text: string): string | undefined {
  return table.find(([pattern]) => pattern.test(text))?.[1];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
