import {
  context,
  createContextKey,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { SCOPE_NAME } from '../semconv.ts';
import { PAGE_KEY, STAGE_KEY } from './crawl-context.ts';

/** Where and how a page failed. */
export interface Failure {
  readonly stage: string;
  readonly errorType: string;
}

/** What the stages and failures of one attempt share. */
export interface PageState {
  readonly span: Span;
  /** Context in which the page's stages run. */
  readonly context: Context;
  /** Milliseconds of the monotonic clock. */
  readonly startedAt: number;
  readonly run: RunState | undefined;
  /** Set on every stage span of the page. */
  readonly inherited: Attributes;
  readonly retry: number;
  readonly willRetry: boolean | ((error: unknown) => boolean) | undefined;
  /** Failures already recorded, by what was thrown. */
  readonly failures: Map<unknown, Failure>;
  /** What later failures repeat: HTTP status, user agent, content hash and length. */
  readonly details: Attributes;
  /** What the page failed by. */
  failure: Failure | undefined;
  retryScheduled: boolean | undefined;
  score: number | undefined;
  threshold: number | undefined;
  passed: boolean | undefined;
  category: string | undefined;
  ended: boolean;
}

/** A running stage. */
export interface StageState {
  readonly name: string;
  readonly span: Span;
  readonly page: PageState | undefined;
  /** Context in which the stage's work runs. */
  readonly context: Context;
  /** Milliseconds of the monotonic clock. */
  readonly startedAt: number;
  errorType: string | undefined;
  ended: boolean;
}

/** The run that pages belong to. */
export interface RunState {
  readonly id: string;
  readonly span: Span;
  /** Context in which the run's pages start. */
  context: Context;
  /** The same without the run's span, for pages are roots of their own traces. */
  base: Context;
  /** From the run's pages to its span. */
  readonly link: Link;
  /** Set on every page of the run. */
  readonly inherited: Attributes;
  readonly threshold: number | undefined;
  samples: number;
  passed: number;
}

const RUN_KEY = createContextKey('crawlscope.run');

let provider: unknown;
let cached: Tracer | undefined;

/** The tracer of the global provider, which may have been set since the last call. */
export function tracer(): Tracer {
  const current = trace.getTracerProvider();
  if (cached === undefined || current !== provider) {
    provider = current;
    cached = current.getTracer(SCOPE_NAME);
  }
  return cached;
}

/** The page a context belongs to. */
export function activePageState(ctx: Context = context.active()): PageState | undefined {
  return ctx.getValue(PAGE_KEY) as PageState | undefined;
}

/** The innermost stage of a context; none where somebody else's span is active in it. */
export function activeStage(ctx: Context = context.active()): StageState | undefined {
  const stage = ctx.getValue(STAGE_KEY) as StageState | undefined;
  return stage !== undefined && stage.span === trace.getSpan(ctx) ? stage : undefined;
}

/** The run a context belongs to. */
export function activeRun(ctx: Context = context.active()): RunState | undefined {
  return ctx.getValue(RUN_KEY) as RunState | undefined;
}

/** Makes the contexts of a run that starts in one. */
export function bindRun(run: RunState, ctx: Context): void {
  run.base = trace.deleteSpan(ctx).setValue(RUN_KEY, run);
  run.context = trace.setSpan(run.base, run.span);
}
