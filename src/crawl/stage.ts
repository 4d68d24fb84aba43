import { SpanKind, context, type Attributes } from '@opentelemetry/api';
import {
  ATTR_HTTP_STATUS,
  ATTR_MODEL_VERSION,
  ATTR_PAGE_CONTENT_HASH,
  ATTR_PAGE_LENGTH,
  ATTR_STAGE,
  ATTR_USER_AGENT,
  STAGE_PAGE,
} from '../semconv.ts';
import { activePageState, activeStage, tracer, type PageState, type StageState } from './active.ts';
import { cleanAttributes, cleanName } from './attributes.ts';
import { withCrawlValues } from './crawl-context.ts';
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

/** Attributes of a stage that the failures of its page repeat. */
const REPEATED = new Set<string>([ATTR_HTTP_STATUS, ATTR_USER_AGENT, ATTR_PAGE_CONTENT_HASH, ATTR_PAGE_LENGTH]);

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

/** Starts a stage of the active page; the caller runs the work in its `context` and calls `endStage` or `failStage`. */
export function startStage(givenName: string, options: StageOptions = {}): StageState {
  const { attributes, kind = SpanKind.INTERNAL, modelVersion } = options;
  const name = cleanName(givenName);
  const active = context.active();
  const page = activePageState(active);
  const given: Attributes = { ...page?.inherited, [ATTR_STAGE]: name };
  if (modelVersion !== undefined) given[ATTR_MODEL_VERSION] = modelVersion;
  if (typeof attributes === 'object') guard(() => Object.assign(given, cleanFor(page, attributes)), undefined);
  const span = tracer().startSpan(`crawl.${name}`, { kind, attributes: given }, active);
  const stage = { name, span, page, context: active, startedAt: performance.now(), errorType: undefined, ended: false };
  stage.context = withCrawlValues(active, { span, page, stage });
  return stage;
}

/** Adds attributes to a stage. */
export function describeStage({ span, page }: StageState, attributes: Attributes): void {
  guard(() => span.setAttributes(cleanFor(page, attributes)), span);
}

/** Ends a stage, once. */
export function endStage(stage: StageState): void {
  if (stage.ended) return;
  stage.ended = true;
  stage.span.end();
  recordStageEnd(stage.name, (performance.now() - stage.startedAt) / 1000, stage.errorType);
}

/** Ends a stage by what was thrown, once; `errorType` is used instead of the class found out. */
export function failStage(stage: StageState, error: unknown, errorType?: string): void {
  if (stage.ended) return;
  stage.errorType = recordFailure(stage.span, error, { stage: stage.name, page: stage.page, errorType });
  endStage(stage);
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
  const stage = startStage(name, options);
  const { attributes, errorType } = options;
  const ok = (result: unknown): void => {
    if (typeof attributes === 'function')
      guard(() => describeStage(stage, attributes(args as readonly never[], result)), undefined);
    endStage(stage);
  };
  return observe(fn, { ok, failed: (error) => failStage(stage, error, errorType) }, stage.context);
}

/** Clean attributes of a stage; the page keeps those that its failures repeat. */
function cleanFor(page: PageState | undefined, attributes: Attributes): Attributes {
  const clean = cleanAttributes(attributes);
  if (page === undefined) return clean;
  for (const name of Object.keys(clean)) {
    const value = clean[name];
    if (value !== undefined && REPEATED.has(name)) page.details[name] = value;
  }
  return clean;
}
