import { context, type Attributes, type Context, type SpanKind } from '@opentelemetry/api';
import { activeStage } from '../crawl/active.ts';
import { guard } from '../crawl/guard.ts';
import { observe, type Outcome } from '../crawl/outcome.ts';
import { describeStage, endStage, failStage, startStage } from '../crawl/stage.ts';
import type { Wrapper } from './wrap.ts';

/** A call of a library's method, for which it is told what the stage's span says. */
interface Call<Self> {
  self: Self;
  args: readonly unknown[];
  /** Whether the call is a stage of its own, not a part of one that the user declared. */
  own: boolean;
}

/** How the calls of a library's method are shown. */
export interface LibraryStage<Self> {
  kind?: SpanKind;
  /** Attributes known before the call. */
  before?: (call: Call<Self>) => Attributes;
  /** Attributes known after it; runs in the stage's context, so it may add a result to the page, or fail. */
  after?: (call: Call<Self>, result: unknown) => Attributes | void;
  /** Method of what is given whose promise tells the end, where that is no plain promise. */
  settledBy?: string;
}

/** Shows calls of a method as a stage; inside a stage of the same name, the user's own, they only add attributes to that. */
export function libraryStage<Self>(name: string, { kind, before, after, settledBy }: LibraryStage<Self>): Wrapper {
  return (original) =>
    function (...args) {
      const outer = activeStage();
      const call = { self: this as Self, args, own: outer?.name !== name };
      const run = (): unknown => original.apply(this, args);
      const given = guard(() => before?.(call), undefined) ?? {};
      if (outer && !call.own) {
        const add = (attributes: Attributes | void): unknown => attributes && outer.span.setAttributes(attributes);
        add(given);
        return observe(run, { ok: (result) => guard(() => void add(after?.(call, result)), undefined), failed: () => undefined });
      }
      const stage = guard(() => startStage(name, { kind, attributes: given }), undefined);
      if (!stage) return run();
      const ok = (result: unknown): void => {
        guard(() => describeStage(stage, context.with(stage.context, () => after?.(call, result)) ?? {}), undefined);
        endStage(stage);
      };
      const end = { ok, failed: (error: unknown) => failStage(stage, error) };
      return settledBy === undefined ? observe(run, end, stage.context) : observeMethod(run, end, stage.context, settledBy);
    };
}

function observeMethod(run: () => unknown, end: Outcome, ctx: Context, name: string): unknown {
  const result = observe(() => ({ given: run() }), { ok: () => undefined, failed: end.failed }, ctx).given as object;
  const method: unknown = Reflect.get(result, name);
  if (typeof method !== 'function') return observe(() => result, end, ctx);
  const value = (...args: unknown[]): unknown => observe(() => method.apply(result, args) as unknown, end, ctx);
  Object.defineProperty(result, name, { value, configurable: true, writable: true });
  return result;
}
