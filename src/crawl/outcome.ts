import { context, type Context } from '@opentelemetry/api';
import { guard } from './guard.ts';

/** Told once how a call ended: with a result or with what it threw. */
export interface Outcome {
  readonly ok: (result: unknown) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Calls `fn`, in a context if one is given, and reports its end once, when its promise settles or its generator finishes; the
 * caller sees what `fn` gave.
 */
export function observe<T>(fn: () => T, outcome: Outcome, ctx?: Context): T {
  let result: T;
  try {
    result = within(ctx, fn);
  } catch (error) {
    outcome.failed(error);
    throw error;
  }
  if (typeof result !== 'object' || result === null) {
    outcome.ok(result);
    return result;
  }
  return observeObject(result, outcome, ctx);
}

function observeObject<T extends object>(result: T, outcome: Outcome, ctx: Context | undefined): T {
  if (guard(() => result.constructor === Promise, false))
    return observePromise(result as unknown as Promise<unknown>, outcome) as unknown as T;
  if (guard(() => 'then' in result && typeof result.then === 'function', false)) return patch(result, outcome, patchThen);
  const tag = guard(() => (result as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag], undefined);
  if (tag === 'Generator' || tag === 'AsyncGenerator')
    return patch(result, outcome, (object, once) => patchSteps(object, once, ctx));
  outcome.ok(result);
  return result;
}

async function observePromise(promise: Promise<unknown>, outcome: Outcome): Promise<unknown> {
  try {
    const value = await promise;
    outcome.ok(value);
    return value;
  } catch (error) {
    outcome.failed(error);
    throw error;
  }
}

/** Other promises and lazy queries keep their identity and methods: their own `then` is watched. */
function patchThen(object: object, outcome: Outcome): void {
  const thenable = object as { then: (ok?: unknown, failed?: unknown) => unknown };
  const then = thenable.then;
  const value = function (this: unknown, ok?: unknown, failed?: unknown): unknown {
    const onValue = (result: unknown): unknown => {
      outcome.ok(result);
      return typeof ok === 'function' ? ok(result) : result;
    };
    const onError = (error: unknown): unknown => {
      outcome.failed(error);
      if (typeof failed === 'function') return failed(error);
      throw error;
    };
    return then.call(this, onValue, onError);
  };
  // oxlint-disable-next-line unicorn/no-thenable -- it is one already
  Object.defineProperty(object, 'then', { value, configurable: true, writable: true });
}

function patchSteps(object: object, outcome: Outcome, ctx: Context | undefined): void {
  const generator = object as Record<'next' | 'return' | 'throw', (value?: unknown) => unknown>;
  for (const name of ['next', 'return', 'throw'] as const) {
    const step = generator[name];
    const value = (...args: [unknown?]): unknown => {
      try {
        const given = within(ctx, () => step.apply(object, args));
        if (!(given instanceof Promise)) return stepped(given, outcome);
        return observePromise(given, { ok: (result) => stepped(result, outcome), failed: outcome.failed });
      } catch (error) {
        outcome.failed(error);
        throw error;
      }
    };
    Object.defineProperty(object, name, { value, configurable: true, writable: true });
  }
}

function within<T>(ctx: Context | undefined, step: () => T): T {
  return ctx === undefined ? step() : context.with(ctx, step);
}

function stepped(result: unknown, outcome: Outcome): unknown {
  if ((result as IteratorResult<unknown>).done === true) outcome.ok(undefined);
  return result;
}

/** A frozen object cannot be watched: its end is taken to be now. */
function patch<T extends object>(result: T, outcome: Outcome, apply: (object: object, once: Outcome) => void): T {
  let ended = false;
  const once = (report: (value: unknown) => void) => (value: unknown) => {
    if (ended) return;
    ended = true;
    report(value);
  };
  try {
    apply(result, { ok: once(outcome.ok), failed: once(outcome.failed) });
  } catch {
    outcome.ok(result);
  }
  return result;
}
