import { SpanStatusCode, type Attributes, type Span } from '@opentelemetry/api';
import { errorMessage } from '../errors.ts';
import {
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
  ATTR_HTTP_STATUS,
  ATTR_RETRY_COUNT,
  ATTR_RETRY_SCHEDULED,
  ATTR_STAGE,
  ATTR_URL_FULL,
  EVENT_EXCEPTION,
  STAGE_PAGE,
} from '../semconv.ts';
import type { Failure, PageState } from './active.ts';
import { cleanAttributes } from './attributes.ts';
import { causesOf, classifyError, errorName, statusOf } from './error-class.ts';
import { guard } from './guard.ts';
import { redactText } from './redaction.ts';

export { classifyError, classifyStatus } from './error-class.ts';

const MESSAGE_LIMIT = 4096;
const STACK_LIMIT = 16_384;
const REMEMBERED_FAILURES = 64;

/** What is known of a failure besides the error. */
export interface FailureDetails {
  /** Stage where it happened; `page` when in none. */
  readonly stage?: string;
  readonly page?: PageState | undefined;
  /** Class to use instead of the one found out. */
  readonly errorType?: string | undefined;
  /** Whether the URL will be tried again, when known. */
  readonly retryScheduled?: boolean | undefined;
  readonly attributes?: Attributes | undefined;
}

/** A failure that throws nothing. */
export interface FailureOptions {
  readonly message?: string;
  /** Whether the URL will be tried again. */
  readonly retryScheduled?: boolean;
  /** HTTP status that tells it. */
  readonly statusCode?: number;
  readonly attributes?: Attributes;
}

/** Marks a span failed and records the thrown value once per page, on the span where it was first seen; returns its `error.type`. */
export function recordFailure(span: Span, thrown: unknown, details: FailureDetails = {}): string {
  return guard(() => {
    const { page, stage = STAGE_PAGE } = details;
    const known = page && knownFailure(page, thrown);
    const failure = known ?? { stage, errorType: details.errorType ?? classifyError(thrown, stage) };
    markFailed(span, failure.errorType);
    if (page && span === page.span) page.failure = failure;
    if (known === undefined) {
      span.addEvent(EVENT_EXCEPTION, { ...describe(thrown), ...eventAttributes(thrown, stage, details) });
      if (page) remember(page, thrown, failure);
    }
    return failure.errorType;
  }, 'Error');
}

/** Records a failure that was not thrown, such as a blocked page, under its class; returns the class. */
export function recordReason(
  span: Span,
  reason: string,
  stage: string,
  page: PageState | undefined,
  options: FailureOptions = {},
): string {
  return guard(() => {
    const errorType = /^[\w.-]{1,64}$/.test(reason) ? reason : classifyError({ message: reason, name: 'Error' }, stage);
    const message = options.message ?? (errorType === reason ? undefined : reason);
    const status = options.statusCode === undefined ? {} : { [ATTR_HTTP_STATUS]: options.statusCode };
    markFailed(span, errorType);
    span.addEvent(EVENT_EXCEPTION, {
      [ATTR_EXCEPTION_TYPE]: errorType,
      ...(message === undefined ? {} : { [ATTR_EXCEPTION_MESSAGE]: redactText(message, MESSAGE_LIMIT) }),
      ...eventAttributes(undefined, stage, { page, ...options }),
      ...status,
    });
    if (page) {
      page.failure = { stage, errorType };
      markFailed(page.span, errorType);
    }
    return errorType;
  }, 'Error');
}

/** Gives a span the failed status and the class, without an event. */
function markFailed(span: Span, errorType: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute(ATTR_ERROR_TYPE, errorType);
}

function describe(thrown: unknown): Attributes {
  const stack = causesOf(thrown)[0]?.stack;
  return {
    [ATTR_EXCEPTION_TYPE]: errorName(thrown),
    [ATTR_EXCEPTION_MESSAGE]: redactText(messageOf(thrown), MESSAGE_LIMIT),
    ...(typeof stack === 'string' ? { [ATTR_EXCEPTION_STACKTRACE]: redactText(stack, STACK_LIMIT) } : {}),
  };
}

function messageOf(thrown: unknown): string {
  const message = causesOf(thrown)[0]?.message;
  return typeof message === 'string' ? message : errorMessage(thrown);
}

function eventAttributes(thrown: unknown, stage: string, { page, retryScheduled, attributes }: FailureDetails): Attributes {
  const status = statusOf(thrown);
  const scheduled = retryScheduled ?? (page && willRetry(page, thrown));
  if (page) page.retryScheduled = scheduled;
  return {
    ...page?.details,
    [ATTR_STAGE]: stage,
    ...(page && { [ATTR_RETRY_COUNT]: page.retry, [ATTR_URL_FULL]: page.inherited[ATTR_URL_FULL] }),
    ...(scheduled === undefined ? {} : { [ATTR_RETRY_SCHEDULED]: scheduled }),
    ...(status === undefined ? {} : { [ATTR_HTTP_STATUS]: status }),
    ...(attributes && guard(() => cleanAttributes(attributes), {})),
  };
}

/** A crawler that decides by what was thrown tries nothing again where nothing was. */
function willRetry({ willRetry: answer }: PageState, thrown: unknown): boolean | undefined {
  if (typeof answer !== 'function') return answer;
  return thrown !== undefined && guard(() => answer(thrown), undefined);
}

/** The failure when it or its cause was recorded before: a handler often wraps what a stage threw. */
function knownFailure(page: PageState, thrown: unknown): Failure | undefined {
  if (page.failures.size === 0) return undefined;
  const causes = causesOf(thrown).map((error) => page.failures.get(error));
  return page.failures.get(thrown) ?? causes.find((failure) => failure !== undefined);
}

function remember(page: PageState, thrown: unknown, failure: Failure): void {
  page.failures.set(thrown, failure);
  if (page.failures.size > REMEMBERED_FAILURES) page.failures.delete(page.failures.keys().next().value);
}
