import { errorMessage } from '../errors.ts';
import { REDACTED, REDACTED_PARAMETERS } from '../semconv.ts';
import { serverOf } from './server.ts';

/** Options of the redaction that hold for the whole process. */
export interface RedactionOptions {
  /** Query parameters whose values are secret, besides the built-in list; letter case and `-` or `_` make no difference. */
  readonly parameters?: readonly string[];
}

/** Longest URL kept, in UTF-16 units. */
export const URL_LIMIT = 2048;

const sensitive = new Set<string>(REDACTED_PARAMETERS.map(normalizeKey));
const USER_INFO = /^((?:https?|wss?|ftp):[/\\]*|[a-z][a-z0-9+.-]*:[/\\]+|[/\\]{2,})([^/\\?#]*)@/i;
/** A raw `/`, `?` or `#` in a password makes the URL invalid, but it may still be logged: all up to the last `@` is secret then. */
const BROKEN_USER_INFO = /^([a-z][a-z0-9+.-]*:[/\\]{2})[^/\\?#@[]*:(?!\d*(?:[/\\?#]|$)).*@/is;
/** A value still encoded this deep is dropped rather than searched. */
const DEEPEST_ENCODING = 4;

/** Adds secret query parameters to the built-in list, for every URL from now on. */
export function configureRedaction(options: RedactionOptions): void {
  for (const name of options.parameters ?? []) sensitive.add(normalizeKey(name));
}

/** The URL without user info and without the values of secret parameters, at most 2048 characters; never throws. */
export function redactUrl(url: string | URL): string {
  const text = cleanUrl(typeof url === 'string' ? url : errorMessage(url));
  return cutText(redactSecrets(text), URL_LIMIT);
}

/** The host name of a URL in lower case, or undefined when it has none. */
export function domainOf(url: string | URL): string | undefined {
  return typeof url === 'string' ? serverOf(url)?.address : url.hostname || undefined;
}

/** The text cut to a number of UTF-16 units, always valid UTF-16. */
export function cutText(text: string, limit: number): string {
  return (text.length <= limit ? text : `${text.slice(0, limit - 1)}…`).toWellFormed();
}

/** A URL of any length without its secrets. */
export function redactSecrets(url: string): string {
  return redactParameters(redactUserInfo(url));
}

/** Every secret `key=value` of a query or fragment replaced; the keys stay. */
export function redactParameters(text: string, depth = 0): string {
  if (!text.includes('=') && !text.includes('@') && !text.includes('%')) return text;
  return text.replace(/([?&#])([^&#]+)/g, (_, separator: string, part: string) => separator + redactPart(part, depth));
}

function redactUserInfo(url: string): string {
  if (!url.includes('@')) return url;
  if (USER_INFO.test(url)) return url.replace(USER_INFO, `$1${REDACTED}:${REDACTED}@`);
  return url.replace(BROKEN_USER_INFO, `$1${REDACTED}:${REDACTED}@`);
}

/** One `key=value`, which may hide further ones behind `;`, `?` or `=`, or a whole URL. */
function redactPart(part: string, depth: number): string {
  let from = 0;
  for (let equals = part.indexOf('='); equals !== -1; equals = part.indexOf('=', from)) {
    const key = part.slice(from, equals).split(/[;?]/).at(-1) ?? '';
    if (sensitive.has(normalizeKey(key))) return `${part.slice(0, equals + 1)}${REDACTED}`;
    from = equals + 1;
  }
  const start = part.indexOf('=') + 1;
  return part.slice(0, start) + redactValue(part.slice(start), depth);
}

function redactValue(value: string, depth: number): string {
  const raw = redactUserInfo(value);
  if (raw !== value || !value.includes('%')) return raw;
  const decoded = decode(value);
  if (decoded === value) return value;
  if (depth === DEEPEST_ENCODING) return REDACTED;
  const redacted = redactParameters(`&${redactUserInfo(decoded)}`, depth + 1).slice(1);
  return redacted === decoded ? value : encodeURIComponent(redacted.toWellFormed());
}

function normalizeKey(key: string): string {
  const name = key.includes('%') ? decode(key) : key;
  return name.trim().toLowerCase().replaceAll('_', '-');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What the URL parser drops: control characters around, tabs and newlines inside, where they could hide a key. */
function cleanUrl(url: string): string {
  // oxlint-disable-next-line no-control-regex
  if (!/[\u0000-\u0020]/.test(url)) return url.toWellFormed();
  // oxlint-disable-next-line no-control-regex
  return url.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$|[\t\n\r]/g, '').toWellFormed();
}
