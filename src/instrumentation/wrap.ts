import { diag } from '@opentelemetry/api';
import { guard } from '../crawl/guard.ts';
import type { ModuleExports } from './instrumentation.ts';

const WRAPPED = Symbol.for('crawlscope.wrapped');

/** Any function, with the types lost: what a patched method is until it is called. */
export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Gives the replacement of `original`; runs inside the host, so it calls `original` exactly once whatever happens to telemetry. */
export type Wrapper = (original: AnyFunction) => AnyFunction;

const warned = new Map<string, string>();
const patched = new Set<string>();

/** What the self-check tells: methods and functions replaced so far, and what was warned of. */
export const wrapping = { patched: patched as ReadonlySet<string>, warnings: warned as ReadonlyMap<string, string> };

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
  patched.add(`${owner}.${name}`);
  return true;
}

/** Notes a replaced function for the self-check. */
export function notePatched(name: string): void {
  patched.add(name);
}

/** Reports a problem through the OpenTelemetry diagnostics logger, the first time it is met in this process. */
export function warnOnce(key: string, message: string): void {
  if (warned.has(key)) return;
  warned.set(key, message);
  diag.warn(message);
}

/** Hands what an async method gives to `instrument`, for classes that a library does not export. */
export function onResult(instrument: (result: object) => void): Wrapper {
  return (original) =>
    async function (...args) {
      const result = (await original.apply(this, args)) as object;
      guard(() => instrument(result), undefined);
      return result;
    };
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

/**
 * Replaces a function that a module exports, also inside the `module.exports` that an ES module's `default` shows.
 * Gives the exports to use from now on: a copy where a bundler's getters cannot be redefined.
 */
export function replaceExport(exports: ModuleExports, path: readonly string[], wrapper: Wrapper): ModuleExports | undefined {
  const key = path.at(-1) ?? '';
  const owners = ownersOf(exports, path.slice(0, -1)).filter((owner) => typeof owner[key] === 'function');
  let replaced = owners.length > 0 ? exports : undefined;
  for (const owner of owners) {
    const original = owner[key] as AnyFunction;
    const replacement = replacementOf(original, wrapper);
    if (replacement === original || assign(owner, key, replacement)) continue;
    replaced = owner === exports ? copyWith(exports, key, replacement) : undefined;
  }
  return replaced;
}

const replacements = new WeakMap<AnyFunction, AnyFunction>();

function replacementOf(original: AnyFunction, wrapper: Wrapper): AnyFunction {
  if (isWrapped(original)) return original;
  const replacement = replacements.get(original) ?? markWrapped(wrapper(original), original);
  replacements.set(original, replacement);
  return replacement;
}

function ownersOf(exports: ModuleExports, path: readonly string[]): ModuleExports[] {
  const roots = [exports, exports['default']];
  const owners = roots.map((root) => path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), root));
  return [...new Set(owners)].filter(isObject);
}

function assign(owner: ModuleExports, key: string, value: unknown): boolean {
  try {
    owner[key] = value;
    if (owner[key] === value) return true;
  } catch {
    // A getter without a setter: it may still be configurable.
  }
  try {
    Object.defineProperty(owner, key, { value, enumerable: true, configurable: true, writable: true });
    return owner[key] === value;
  } catch {
    return false;
  }
}

function copyWith(exports: ModuleExports, key: string, value: unknown): ModuleExports {
  const descriptors = Object.getOwnPropertyDescriptors(exports);
  descriptors[key] = { value, enumerable: true, configurable: true, writable: true };
  return Object.create(Object.getPrototypeOf(exports) as object, descriptors) as ModuleExports;
}

function isObject(value: unknown): value is ModuleExports {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
