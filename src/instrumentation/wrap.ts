import { diag } from '@opentelemetry/api';

const WRAPPED = Symbol.for('crawlscope.wrapped');

/** Any function, with the types lost: what a patched method is until it is called. */
export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Gives the replacement of `original`; runs inside the host, so it calls `original` exactly once whatever happens to telemetry. */
export type Wrapper = (original: AnyFunction) => AnyFunction;

const warned = new Set<string>();

/**
 * Replaces `target[name]` by a wrapper around whatever is there, a wrapper of somebody else included.
 * Does nothing the second time; a missing method is reported once and gives `false`.
 */
export function wrapMethod(target: object, name: string, owner: string, wrapper: Wrapper): boolean {
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== 'function') {
    warnOnce(`${owner}.${name}`, `crawlscope: ${owner} has no method ${name}; what it would have shown is missing from traces`);
    return false;
  }
  if (isWrapped(original as AnyFunction) && Object.hasOwn(target, name)) return true;
  const replacement = markWrapped(wrapper(original as AnyFunction), original as AnyFunction);
  const enumerable = Object.getOwnPropertyDescriptor(target, name)?.enumerable ?? false;
  Object.defineProperty(target, name, { value: replacement, enumerable, configurable: true, writable: true });
  return true;
}

/** Reports a problem through the OpenTelemetry diagnostics logger, the first time it is met in this process. */
export function warnOnce(key: string, message: string): void {
  if (warned.has(key)) return;
  warned.add(key);
  diag.warn(message);
}

/** Whether a function is a wrapper of ours. */
export function isWrapped(fn: AnyFunction): boolean {
  return Object.hasOwn(fn, WRAPPED);
}

/** Makes a wrapper look like what it wraps, properties set on that included. */
export function markWrapped(replacement: AnyFunction, original: AnyFunction): AnyFunction {
  const { prototype: _, ...descriptors } = Object.getOwnPropertyDescriptors(original);
  Object.defineProperties(replacement, descriptors);
  Object.defineProperty(replacement, WRAPPED, { value: original, configurable: true });
  return replacement;
}
