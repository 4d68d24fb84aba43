import { standsAt } from '../otlp/json-bytes.ts';
import { toEvent } from '../otlp/json.ts';
import type { SpanEvent } from '../otlp/rows.ts';
import { scanTexts } from '../otlp/scan-attributes.ts';
import { KIND, slotOf, SLOTS, type SpanFields } from '../otlp/span-fields.ts';
import { list } from '../otlp/value.ts';
import * as names from '../semconv.ts';
import { putText, textOf, type Arena } from './arena.ts';
import { readValue, writeRest } from './attribute-rest.ts';
import { writeFailures } from './failure-writer.ts';
import { isHostOf } from './host.ts';
import { jsonText } from './json-text.ts';
import { writeLinks, type LinkColumns } from './link-writer.ts';
import { ATTRIBUTE_COLUMNS, PHYSICAL, type PhysicalTable } from './schema.ts';
import type { ResourceFacts, SeriesBook } from './series.ts';
import type { TableBuilder } from './table-builder.ts';
import { weightOfState } from './trace-state.ts';

/** What a block's spans are written to. */
export interface SpanTarget {
  readonly tables: Readonly<Record<PhysicalTable, TableBuilder>>;
  readonly arena: Arena;
  readonly series: SeriesBook;
  /** Where the text `page` stands in the arena. */
  readonly pageText: readonly [start: number, end: number];
}

/** Starts what the spans of a block are written to. */
export function startTarget(tables: SpanTarget['tables'], arena: Arena, series: SeriesBook): SpanTarget {
  const start = putText(arena, names.STAGE_PAGE);
  return { tables, arena, series, pageText: [start, arena.length] };
}

type SpanTable = 'span_pages' | 'span_stages' | 'span_others';

const COLUMN = Object.fromEntries(Object.keys(PHYSICAL.span_pages).map((name, index) => [name, index])) as Record<
  keyof (typeof PHYSICAL)['span_pages'],
  number
>;
const LINK_COLUMNS: Readonly<Record<SpanTable, LinkColumns>> = {
  span_pages: { links: COLUMN.links, discovered: { trace: COLUMN.discovered_trace, span: COLUMN.discovered_span } },
  span_stages: { links: COLUMN.links },
  span_others: { links: COLUMN.links },
};
const SHARED = {
  url: names.ATTR_URL_FULL,
  domain: names.ATTR_URL_DOMAIN,
  retry: names.ATTR_RETRY_COUNT,
  error_type: names.ATTR_ERROR_TYPE,
};

/** The column of every slot in a table, -1 where it has none. */
const COLUMNS: Readonly<Record<SpanTable, Int8Array>> = {
  span_pages: slotColumns('span_pages', ATTRIBUTE_COLUMNS.span_pages),
  span_stages: slotColumns('span_stages', ATTRIBUTE_COLUMNS.span_stages),
  span_others: slotColumns('span_others', SHARED),
};
const [URL_SLOT, DOMAIN_SLOT, STAGE_SLOT, RETRY_SLOT] = [
  slotOf(names.ATTR_URL_FULL),
  slotOf(names.ATTR_URL_DOMAIN),
  slotOf(names.ATTR_STAGE),
  slotOf(names.ATTR_RETRY_COUNT),
];
/** Slots whose texts tell the series of a span apart. */
const SERIES_SLOTS = [STAGE_SLOT, slotOf(names.ATTR_MODEL_VERSION), slotOf(names.ATTR_RUN_ID)];
const IN_SERIES = Uint8Array.from(SLOTS, (_, slot) => Number(SERIES_SLOTS.includes(slot)));
const WEIGHT_SLOT = slotOf(names.ATTR_SAMPLING_WEIGHT);
const TYPES = SLOTS.map(([, type]) => type);
const PREFIX = Buffer.from('crawl.');
const PAGE = Buffer.from(names.SPAN_PAGE);
const RUN = Buffer.from(names.SPAN_RUN);
const LONGEST_RETRY = 1000;

// One span is written at a time.
const ranges = new Int32Array(8);
const rest: number[] = [];
const missing: string[] = [];
const listed: number[] = [];

/** Writes the span in `fields`, the `number`th of its block. */
export function writeSpan(target: SpanTarget, fields: SpanFields, number: number, resource: ResourceFacts): void {
  const { arena, tables } = target;
  setName(arena, fields);
  const isCrawl = isNamed(arena, PREFIX);
  const class_: SpanTable =
    !isCrawl || isNamed(arena, RUN, true) ? 'span_others' : isNamed(arena, PAGE, true) ? 'span_pages' : 'span_stages';
  const table = tables[class_];
  table.begin(number);
  table.uuid(COLUMN.trace, fields.traceId);
  table.id(COLUMN.span, fields.spanId[0]!, fields.spanId[1]!);
  if (fields.hasParent) table.id(COLUMN.parent, fields.parentId[0]!, fields.parentId[1]!);
  table.int(COLUMN.start_us, fields.startUs);
  table.int(COLUMN.duration_ns, fields.durationNs);
  table.int(COLUMN.status, fields.status);
  if (fields.messageEnd > fields.messageStart)
    table.set(COLUMN.status_message, parsed(arena, fields.messageStart, fields.messageEnd));
  rest.length = 0;
  missing.length = 0;
  ranges.fill(0, 2);
  writeAttributes(target, table, class_, fields, isCrawl);
  setStage(target, class_, fields);
  table.int(COLUMN.series, target.series.find(arena, ranges, fields.kind, resource));
  table.double(COLUMN.weight, weightOf(arena, fields));
  if (rest.length + missing.length > 0) table.text(COLUMN.rest, writeRest(arena, fields, rest, missing), arena.length);
  writeLinks(table, LINK_COLUMNS[class_], arena, fields);
  const events = readEvents(arena, fields);
  if (events.length > 0) table.set(COLUMN.events, jsonText(events));
  if (!isCrawl) return;
  const stage = [ranges[2]!, ranges[3]!] as const;
  if (events.length > 0) {
    const domain = domainOf(arena, fields);
    writeFailures(tables.failed_spans, arena, { number, fields, service: resource.service, stage, domain }, events);
  }
  writeRetried(tables.retried_attempts, arena, number, fields, class_ === 'span_pages', events);
}

/** Notes where the name stands; escapes in it are undone in the arena. */
function setName(arena: Arena, fields: SpanFields): void {
  let { nameStart, nameEnd } = fields;
  if (fields.nameEscaped) {
    nameStart = putText(
      arena,
      String(parsed(arena, nameStart - 1, nameEnd + 1))
        .replaceAll('\u0000', '\uFFFD')
        .toWellFormed(),
    );
    nameEnd = arena.length;
  }
  ranges[0] = nameStart;
  ranges[1] = nameEnd;
}

/** True where the name starts with a text, or is it. */
function isNamed({ bytes }: Arena, text: Buffer, whole = false): boolean {
  const length = ranges[1]! - ranges[0]!;
  return (whole ? length === text.length : length >= text.length) && standsAt(bytes, ranges[0]!, text);
}

function writeAttributes(
  { arena }: SpanTarget,
  table: TableBuilder,
  class_: SpanTable,
  fields: SpanFields,
  isCrawl: boolean,
): void {
  const columns = COLUMNS[class_];
  const { slots, kinds, starts, ends, bySlot } = fields;
  const keepsAll = class_ === 'span_others';
  for (let index = 0; index < fields.attributes; index++) {
    const slot = slots[index]!;
    let kept = false;
    if (slot >= 0) {
      if (IN_SERIES[slot] === 1) kept = setSeriesText(arena, fields, index, 2 + SERIES_SLOTS.indexOf(slot) * 2);
      else if (columns[slot]! >= 0) {
        const url = bySlot[URL_SLOT]!;
        // The view takes the domain of a stage from its URL.
        if (
          slot === DOMAIN_SLOT &&
          class_ === 'span_stages' &&
          kinds[index] === KIND.text &&
          url >= 0 &&
          kinds[url] === KIND.text
        )
          kept = isHostOf(arena.bytes, starts[index]!, ends[index]!, starts[url]!, ends[url]!);
        if (!kept) kept = setColumn(arena, table, columns[slot]!, slot, fields, index);
      }
    }
    if (!kept || keepsAll) rest.push(index);
  }
  if (bySlot[RETRY_SLOT] === -1 && isCrawl) {
    table.int(COLUMN.retry, 0);
    if (!keepsAll) missing.push(names.ATTR_RETRY_COUNT);
  }
  if (!isCrawl || bySlot[DOMAIN_SLOT]! >= 0 || bySlot[URL_SLOT]! < 0) return;
  table.set(COLUMN.domain, domainOf(arena, fields));
  if (!keepsAll) missing.push(names.ATTR_URL_DOMAIN);
}

/** The domain that a span tells, or that of its URL. */
function domainOf(arena: Arena, fields: SpanFields): string | null {
  const domain = fields.bySlot[DOMAIN_SLOT]!;
  if (domain >= 0) return String(readValue(arena, fields, domain));
  const url = fields.bySlot[URL_SLOT]!;
  const text = url < 0 ? null : readValue(arena, fields, url);
  return typeof text === 'string' ? (URL.parse(text)?.hostname ?? null) : null;
}

/** Sets a column to an attribute; false where the column cannot hold it as it is. */
function setColumn(arena: Arena, table: TableBuilder, column: number, slot: number, fields: SpanFields, index: number): boolean {
  const kind = fields.kinds[index];
  const type = TYPES[slot]!;
  if (type === 'text' && kind === KIND.text) {
    table.text(column, fields.starts[index]!, fields.ends[index]!);
    return fields.ends[index]! > fields.starts[index]!;
  }
  if (type === 'int' && kind === KIND.int) table.int(column, fields.numbers[index]!);
  else if (type === 'double' && (kind === KIND.double || kind === KIND.int)) table.double(column, fields.numbers[index]!);
  else if (type === 'boolean' && kind === KIND.boolean) table.boolean(column, fields.numbers[index] === 1);
  else if (type === 'texts' && scanTexts(arena.bytes, fields.starts[index]!, listed)) table.texts(column, listed);
  else {
    const value = readValue(arena, fields, index);
    table.set(column, value);
    return isExact(type, value);
  }
  return true;
}

/** True where a column of the type gives back the very value. */
function isExact(type: (typeof TYPES)[number], value: unknown): boolean {
  if (type === 'text') return typeof value === 'string' && value !== '' && !value.includes('\u0000');
  if (type === 'int') return Number.isSafeInteger(value);
  if (type === 'texts')
    return Array.isArray(value) && value.every((item) => typeof item === 'string' && !item.includes('\u0000'));
  return type === 'doubles' && Array.isArray(value) && value.every((item) => Number.isFinite(item));
}

/** Notes a text of the series; false where the attribute is none. */
function setSeriesText(arena: Arena, fields: SpanFields, index: number, place: number): boolean {
  const { kinds, starts, ends } = fields;
  if (kinds[index] === KIND.text) {
    ranges[place] = starts[index]!;
    ranges[place + 1] = ends[index]!;
    return ends[index]! > starts[index]!;
  }
  const value = readValue(arena, fields, index);
  if (value === null) return false;
  const text = typeof value === 'string' ? value : typeof value === 'object' ? jsonText(value) : String(value);
  ranges[place] = putText(arena, text.replaceAll('\u0000', '\uFFFD').toWellFormed());
  ranges[place + 1] = arena.length;
  return isExact('text', value);
}

/** A span that does not say its stage is named after it. */
function setStage({ pageText }: SpanTarget, class_: SpanTable, fields: SpanFields): void {
  if (fields.bySlot[STAGE_SLOT]! >= 0 || class_ === 'span_others') return;
  missing.push(names.ATTR_STAGE);
  [ranges[2], ranges[3]] = class_ === 'span_pages' ? pageText : [ranges[0]! + 'crawl.'.length, ranges[1]!];
}

/** How many spans this one stands for: as the sampler said, or from the threshold in the trace state. */
function weightOf(arena: Arena, fields: SpanFields): number {
  const told = fields.bySlot[WEIGHT_SLOT]!;
  const weight = told >= 0 ? readValue(arena, fields, told) : 0;
  if (typeof weight === 'number' && weight > 0) return weight;
  return fields.stateEnd > fields.stateStart ? weightOfState(String(parsed(arena, fields.stateStart, fields.stateEnd))) : 1;
}

function writeRetried(
  table: TableBuilder,
  arena: Arena,
  number: number,
  fields: SpanFields,
  isPage: boolean,
  events: readonly SpanEvent[],
): void {
  const index = fields.bySlot[RETRY_SLOT]!;
  if (index < 0 && events.length === 0) return;
  const own = index < 0 ? 0 : Number(readValue(arena, fields, index));
  const add = (retry: number): void => {
    table.begin(number);
    table.uuid(0, fields.traceId);
    table.set(1, retry);
  };
  if (isPage) for (let before = 0; before < Math.min(own, LONGEST_RETRY); before++) add(before);
  for (const { name, attributes } of events) {
    if (name !== names.EVENT_EXCEPTION || attributes[names.ATTR_RETRY_SCHEDULED] !== true) continue;
    add(Number(attributes[names.ATTR_RETRY_COUNT] ?? own));
  }
}

function readEvents(arena: Arena, { eventsStart, eventsEnd }: SpanFields): SpanEvent[] {
  return eventsEnd > eventsStart ? list(parsed(arena, eventsStart, eventsEnd)).map(toEvent) : [];
}

function parsed(arena: Arena, start: number, end: number): unknown {
  return JSON.parse(textOf(arena, start, end));
}

function slotColumns(table: SpanTable, attributes: Readonly<Record<string, string>>): Int8Array {
  const names_ = Object.keys(PHYSICAL[table]);
  const byAttribute = new Map(Object.entries(attributes).map(([column, attribute]) => [attribute, names_.indexOf(column)]));
  return Int8Array.from(SLOTS, ([name]) => byAttribute.get(name) ?? -1);
}
