import type { SpanEvent } from '../otlp/rows.ts';
import * as names from '../semconv.ts';
import { columnNumbers } from './schema.ts';
import { slotOf } from './slots.ts';
import type { SpanFields } from './span-fields.ts';
import type { TableBuilder } from './table-builder.ts';

/** A failed span, and what is known of it beside its fields. */
export interface FailedSpan {
  readonly number: number;
  readonly fields: SpanFields;
  readonly service: string | null;
  readonly stage: string;
  readonly domain: string | null;
}

const COLUMN = columnNumbers('failed_spans');
type Column = keyof typeof COLUMN;

/** Attributes that an event has for itself. */
const ON_EVENT: readonly (readonly [Column, string])[] = [
  ['exception_type', names.ATTR_EXCEPTION_TYPE],
  ['message', names.ATTR_EXCEPTION_MESSAGE],
  ['stacktrace', names.ATTR_EXCEPTION_STACKTRACE],
  ['retry_scheduled', names.ATTR_RETRY_SCHEDULED],
];
/** Attributes that are taken from its span where the event lacks them. */
const EITHER = [
  ['url', names.ATTR_URL_FULL],
  ['error_type', names.ATTR_ERROR_TYPE],
  ['retry', names.ATTR_RETRY_COUNT],
  ['http_status', names.ATTR_HTTP_STATUS],
  ['user_agent', names.ATTR_USER_AGENT],
  ['content_hash', names.ATTR_PAGE_CONTENT_HASH],
  ['length', names.ATTR_PAGE_LENGTH],
] as const satisfies readonly (readonly [Column, string])[];
const RETRY_SLOT = slotOf(names.ATTR_RETRY_COUNT);
const LONGEST_RETRY = 1000;
const SLOTS = EITHER.map(([, attribute]) => slotOf(attribute));

/** Writes a row for every `exception` event. */
export function writeFailures(table: TableBuilder, failed: FailedSpan, events: readonly SpanEvent[]): void {
  const { number, fields, service, stage, domain } = failed;
  for (const { name, timeUs, attributes } of events) {
    if (name !== names.EVENT_EXCEPTION) continue;
    table.begin(number);
    table.uuid(COLUMN.trace, fields.trace());
    table.id(COLUMN.span, fields.span());
    table.set(COLUMN.service, service);
    table.int(COLUMN.time_us, timeUs);
    table.set(COLUMN.domain, domain);
    for (const [column, attribute] of ON_EVENT) table.set(COLUMN[column], attributes[attribute]);
    for (const [place, [column, attribute]] of EITHER.entries()) {
      const own = attributes[attribute];
      table.set(COLUMN[column], own ?? fields.valueOf(SLOTS[place]!) ?? (column === 'retry' ? 0 : null));
    }
    table.set(COLUMN.stage, attributes[names.ATTR_STAGE] ?? stage);
  }
}

/** Writes which attempts at a page were followed by another: those before this one, and those that say so. */
export function writeRetried(
  table: TableBuilder,
  number: number,
  fields: SpanFields,
  isPage: boolean,
  events: readonly SpanEvent[],
): void {
  const own = Number(fields.valueOf(RETRY_SLOT) ?? 0);
  const add = (retry: number): void => {
    table.begin(number);
    table.uuid(0, fields.trace());
    table.set(1, retry);
  };
  if (isPage) for (let before = 0; before < Math.min(own, LONGEST_RETRY); before++) add(before);
  for (const { name, attributes } of events) {
    if (name !== names.EVENT_EXCEPTION || attributes[names.ATTR_RETRY_SCHEDULED] !== true) continue;
    add(Number(attributes[names.ATTR_RETRY_COUNT] ?? own));
  }
}
