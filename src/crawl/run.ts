import { createHash, randomUUID } from 'node:crypto';
import { context, type Attributes, type Context, type Span } from '@opentelemetry/api';
import {
  ATTR_CLASSIFICATION_METHOD,
  ATTR_CONFIG_HASH,
  ATTR_LINK_TYPE,
  ATTR_MODEL_VERSION,
  ATTR_RANDOM_SEED,
  ATTR_RUN_HARDWARE,
  ATTR_RUN_ID,
  ATTR_RUN_PASS_RATE,
  ATTR_RUN_SAMPLES,
  ATTR_RUN_VERSIONS,
  ATTR_THRESHOLD_VALUE,
  LINK_RUN,
  SPAN_RUN,
} from '../semconv.ts';
import { bindRun, tracer, type RunState } from './active.ts';
import { cleanAttributes } from './attributes.ts';
import { canonicalJson } from './canonical-json.ts';
import { recordFailure } from './failure.ts';
import { guard } from './guard.ts';
import { hardwareOf } from './hardware.ts';
import { observe } from './outcome.ts';
import { writeRunStart } from './run-log.ts';

/** One crawler run: what is needed to repeat it. */
export interface RunOptions {
  /** Made up when left out. */
  readonly id?: string | undefined;
  /** The crawl's configuration; only its hash is kept. */
  readonly config?: unknown;
  /** Random seed, an integer. */
  readonly seed?: number | undefined;
  readonly modelVersion?: string | undefined;
  /** Such as `centroid`. */
  readonly classificationMethod?: string | undefined;
  /** Decision threshold of pages that give none. */
  readonly threshold?: number | undefined;
  /** Versions of models and libraries, by name; Node's is added. */
  readonly versions?: Readonly<Record<string, string>> | undefined;
  readonly attributes?: Attributes | undefined;
}

/** A running run that its owner ends. */
export interface ActiveRun {
  readonly id: string;
  readonly span: Span;
  /** Context in which the run's pages start. */
  readonly context: Context;
  readonly set: (attributes: Attributes) => void;
  /** Ends the run once, failed when called with an argument. */
  readonly end: (...error: readonly [error?: unknown]) => void;
}

/** Runs a whole crawl as a `crawl.run` span; pages inside belong to it. */
export function run<T>(options: RunOptions, fn: (run: ActiveRun) => T): T {
  const active = startRun(options);
  return observe(() => fn(active), { ok: () => active.end(), failed: active.end }, active.context);
}

/** Starts a run; the caller crawls in `context` and calls `end`. */
export function startRun(options: RunOptions = {}): ActiveRun {
  const id = options.id ?? randomUUID();
  const inherited = guard(() => inheritedOf(options), {});
  const own = guard(() => recordOf(options, id), { [ATTR_RUN_ID]: id });
  const attributes = { ...own, ...inherited };
  const active = context.active();
  const span = tracer().startSpan(SPAN_RUN, { attributes, root: true }, active);
  const link = { context: span.spanContext(), attributes: { [ATTR_LINK_TYPE]: LINK_RUN } };
  const { threshold } = options;
  const state: RunState = { id, span, context: active, base: active, link, inherited, threshold, samples: 0, passed: 0 };
  bindRun(state, active);
  guard(() => writeRunStart(attributes, state.context), undefined);
  let ended = false;
  return {
    id,
    span,
    context: state.context,
    set: (values) => void guard(() => span.setAttributes(cleanAttributes(values)), span),
    end: (...error) => {
      if (ended) return;
      ended = true;
      if (error.length > 0) recordFailure(span, error[0], { stage: 'run' });
      span.setAttribute(ATTR_RUN_SAMPLES, state.samples);
      if (state.samples > 0) span.setAttribute(ATTR_RUN_PASS_RATE, state.passed / state.samples);
      span.end();
    },
  };
}

/** Counts a page whose threshold decision is known into its run's pass rate. */
export function countSample(state: RunState, passed: boolean | undefined): void {
  if (passed === undefined) return;
  state.samples += 1;
  if (passed) state.passed += 1;
}

/** SHA-256 (hex) of a configuration's canonical JSON. */
export function hashConfig(config: unknown): string {
  return createHash('sha256').update(canonicalJson(config)).digest('hex');
}

function inheritedOf({ config, modelVersion, classificationMethod, threshold }: RunOptions): Attributes {
  return cleanAttributes({
    [ATTR_CONFIG_HASH]: config === undefined ? undefined : hashConfig(config),
    [ATTR_MODEL_VERSION]: modelVersion,
    [ATTR_CLASSIFICATION_METHOD]: classificationMethod,
    [ATTR_THRESHOLD_VALUE]: threshold,
  });
}

function recordOf({ seed, versions, attributes }: RunOptions, id: string): Attributes {
  return cleanAttributes({
    ...attributes,
    [ATTR_RUN_ID]: id,
    [ATTR_RANDOM_SEED]: seed,
    [ATTR_RUN_VERSIONS]: Object.entries({ node: process.versions.node, ...versions }).map(
      ([name, version]) => `${name}@${version}`,
    ),
    [ATTR_RUN_HARDWARE]: hardwareOf(),
  });
}
