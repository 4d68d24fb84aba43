import { SpanKind, context, type Attributes, type Context, type Span } from '@opentelemetry/api';
import {
  ATTR_HTTP_STATUS,
  ATTR_MODEL_VERSION,
  ATTR_PAGE_CONTENT_HASH,
  ATTR_PAGE_LENGTH,
  ATTR_STAGE,
  ATTR_USER_AGENT,
  STAGE_PAGE,
} from '../semconv.ts';
import { activePageState, activeStage, tracer, withStageState, type PageState, type StageState } from './active.ts';
import { cleanAttributes, cleanName } from './attributes.ts';
import { recordFailure, recordReason, type FailureOptions } from './failure.ts';
import { guard } from './guard.ts';
import { recordStageEnd } from './metrics.ts';
import { observe } from './outcome.ts';

/** How a stage is shown; `Args` and `Result` are those of the staged function. */
export interface StageOptions<Args extends readonly unknown[] = readonly never[], Result = unknown> {
  /** Attributes of the span, or a function that makes them from the arguments and the (awaited) result. */
  readonly attributes?: Attributes | ((args: Args, result: Result) => Attributes) | undefined;
  /** `SpanKind.INTERNAL` when left out. */
  readonly kind?: SpanKind | undefined;
  readonly modelVersion?: string | undefined;
  /** `error.type` of a failure, instead of the class found out. */
  readonly errorType?: string | undefined;
}

/** A running stage that its owner ends. */
export interface ActiveStage {
  readonly span: Span;
  /** Context in which the stage's work runs. */
  readonly context: Context;
  readonly set: (attributes: Attributes) => void;
  /** Ends the stage once, failed when called with an argument. */
  readonly end: (...error: readonly [error?: unknown]) => void;
}

type Fn = (...args: never[]) => unknown;

/** The function as a stage of the page it runs in: same type, `this`, name and sync-ness. */
export function stage<F extends Fn>(name: string, fn: F, options: StageOptions<Parameters<F>, Awaited<ReturnType<F>>> = {}): F {
  const staged = function (this: unknown, ...args: unknown[]): unknown {
    if (new.target) return Reflect.construct(fn, args, new.target);
    return runStage(name, () => Reflect.apply(fn, this, args), options as StageOptions, args);
  };
  guard(() => Object.defineProperties(staged, Object.getOwnPropertyDescriptors(fn)), undefined);
  return staged as unknown as F;
}

/** Runs `fn` now as a stage of the active page. */
export function withStage<T>(name: string, fn: () => T, options: StageOptions<readonly [], Awaited<T>> = {}): T {
  return runStage(name, fn, options as StageOptions, []);
}

/** Starts a stage of the active page; the caller runs the work in `context` and calls `end`. */
export function startStage(
  givenName: string,
  { attributes, kind = SpanKind.INTERNAL, modelVersion, errorType }: StageOptions = {},
): ActiveStage {
  const name = cleanName(givenName);
  const active = context.active();
  const page = activePageState(active);
  const given: Attributes = { ...page?.inherited, [ATTR_STAGE]: name };
  if (modelVersion !== undefined) given[ATTR_MODEL_VERSION] = modelVersion;
  const span = tracer().startSpan(`crawl.${name}`, { kind, attributes: given }, active);
  const state: StageState = { name, span, errorType: undefined };
  const startedAt = performance.now();
  let ended = false;
  const set = (values: Attributes): void => {
    guard(() => setAttributes(span, page, values), undefined);
  };
  if (typeof attributes === 'object') set(attributes);
  return {
    span,
    context: withStageState(active, state),
    set,
    end: (...error) => {
      if (ended) return;
      ended = true;
      if (error.length > 0) state.errorType = recordFailure(span, error[0], { stage: name, page, errorType });
      span.end();
      recordStageEnd(name, (performance.now() - startedAt) / 1000, state.errorType);
    },
  };
}

/** Records a failure that throws nothing, such as an empty extraction, on the active stage or else the active page; the reason is its `error.type`. */
export function fail(reason: string, options?: FailureOptions): void {
  const ctx = context.active();
  const page = activePageState(ctx);
  const active = activeStage(ctx);
  const span = active?.span ?? page?.span;
  if (span === undefined) return;
  const errorType = recordReason(span, reason, active?.name ?? STAGE_PAGE, page, options);
  if (active) active.errorType = errorType;
}

function runStage<T>(name: string, fn: () => T, options: StageOptions, args: readonly unknown[]): T {
  const active = startStage(name, options);
  const { attributes } = options;
  const ok = (result: unknown): void => {
    if (typeof attributes === 'function') guard(() => active.set(attributes(args as readonly never[], result)), undefined);
    active.end();
  };
  return observe(fn, { ok, failed: active.end }, (step) => context.with(active.context, step));
}

function setAttributes(span: Span, page: PageState | undefined, values: Attributes): void {
  const clean = cleanAttributes(values);
  span.setAttributes(clean);
  if (page === undefined) return;
  for (const name of [ATTR_HTTP_STATUS, ATTR_USER_AGENT, ATTR_PAGE_CONTENT_HASH, ATTR_PAGE_LENGTH]) {
    if (clean[name] !== undefined) page.details[name] = clean[name];
  }
}
