import {
  INVALID_SPANID,
  INVALID_TRACEID,
  ROOT_CONTEXT,
  context,
  createTraceState,
  isSpanContextValid,
  trace,
  type Attributes,
  type Context,
  type SpanContext,
} from '@opentelemetry/api';
import { activePageState } from './active.ts';
import { cleanAttributes } from './attributes.ts';
import { guard } from './guard.ts';
import { newPageState } from './page-state.ts';

/** What travels with a request or job: W3C trace context and the page's attributes; plain strings, safe to store as JSON. */
export interface Carrier {
  traceparent?: string;
  tracestate?: string;
  /** The page's attributes as JSON, so that stages in another process carry its URL. Never sent over the network by crawlscope. */
  crawlscope?: string;
}

const TRACEPARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}(?:-|$)/;

/** Writes the active page's (or span's) context into a request or job and returns it. */
export function inject<C extends object>(carrier: C, ctx: Context = context.active()): C & Carrier {
  return guard(() => {
    const span = trace.getSpanContext(ctx);
    if (span && isSpanContextValid(span)) Object.assign(carrier, carrierOf(span, activePageState(ctx)?.inherited));
    return carrier;
  }, carrier);
}

/** The context that `inject` wrote, continued in this process: the active one where the carrier holds none. */
export function extract(carrier: object): Context;
/** Runs `fn` in the context that `inject` wrote. */
export function extract<T>(carrier: object, fn: () => T): T;
export function extract<T>(carrier: object, fn?: () => T): Context | T {
  const ctx = guard(() => continued(carrier), context.active());
  return fn ? context.with(ctx, fn) : ctx;
}

/** The span context a carrier holds, if it is valid. */
export function spanContextOf(carrier: Carrier | undefined): SpanContext | undefined {
  if (carrier === undefined) return undefined;
  return guard(() => {
    const { tracestate } = carrier;
    // Some queues give headers as buffers.
    const traceparent = String(carrier.traceparent);
    if (!TRACEPARENT.test(traceparent)) return undefined;
    const found: SpanContext = {
      traceId: traceparent.slice(3, 35),
      spanId: traceparent.slice(36, 52),
      traceFlags: Number.parseInt(traceparent.slice(53, 55), 16),
      isRemote: true,
    };
    if (typeof tracestate === 'string') found.traceState = createTraceState(tracestate);
    return found.traceId === INVALID_TRACEID || found.spanId === INVALID_SPANID ? undefined : found;
  }, undefined);
}

/** A span context as a carrier. */
export function carrierOf(span: SpanContext, inherited?: Attributes): Carrier {
  const flags = span.traceFlags.toString(16).padStart(2, '0');
  const state = span.traceState?.serialize();
  return {
    traceparent: `00-${span.traceId}-${span.spanId}-${flags}`,
    ...(state ? { tracestate: state } : {}),
    ...(inherited ? { crawlscope: JSON.stringify(inherited) } : {}),
  };
}

/** The trace goes on below the page's span; stages started in it are stages of that page. */
function continued(carrier: Carrier): Context {
  const remote = spanContextOf(carrier);
  if (remote === undefined) return context.active();
  const ctx = trace.setSpanContext(ROOT_CONTEXT, remote);
  const span = trace.getSpan(ctx);
  const inherited = guard(() => cleanAttributes(JSON.parse(carrier.crawlscope ?? '{}') as Attributes), {});
  return span ? newPageState(span, inherited, ctx).context : ctx;
}
