import { standsAt } from '../otlp/json-bytes.ts';
import { toEvent } from '../otlp/json.ts';
import type { SpanEvent } from '../otlp/rows.ts';
import { KIND, slotOf, type SpanFields } from '../otlp/span-fields.ts';
import { list } from '../otlp/value.ts';
import * as names from '../semconv.ts';
import { putText, textOf, type Arena } from './arena.ts';
import { readValue, writeRest } from './attribute-rest.ts';
import { domainOf, missing, ranges, rest, startNotes, writeAttributes, type SpanTable } from './attribute-writer.ts';
import { cellText } from './cell-values.ts';
import { writeFailures, writeRetried } from './failure-writer.ts';
import { jsonText } from './json-text.ts';
import { hashBytes } from './key.ts';
import { writeLinks, type LinkColumns } from './link-writer.ts';
import { columnNumbers, type PhysicalTable } from './schema.ts';
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

const COLUMN = columnNumbers('span_pages');
const LINK_COLUMNS: Readonly<Record<SpanTable, LinkColumns>> = {
  span_pages: { links: COLUMN.links, discovered: { trace: COLUMN.discovered_trace, span: COLUMN.discovered_span } },
  span_stages: { links: COLUMN.links },
  span_others: { links: COLUMN.links },
};
const STAGE_SLOT = slotOf(names.ATTR_STAGE);
const URL_SLOT = slotOf(names.ATTR_URL_FULL);
const CONTENT_SLOT = slotOf(names.ATTR_PAGE_CONTENT_HASH);
const WEIGHT_SLOT = slotOf(names.ATTR_SAMPLING_WEIGHT);
const PREFIX = Buffer.from('crawl.');
const PAGE = Buffer.from(names.SPAN_PAGE);
const RUN = Buffer.from(names.SPAN_RUN);

/** Writes the span in `fields`, the `number`th of its block. */
export function writeSpan(target: SpanTarget, fields: SpanFields, number: number, resource: ResourceFacts): void {
  const { arena, tables } = target;
  startNotes();
  setName(arena, fields);
  const isCrawl = isNamed(arena, PREFIX);
  const name: SpanTable =
    !isCrawl || isNamed(arena, RUN, true) ? 'span_others' : isNamed(arena, PAGE, true) ? 'span_pages' : 'span_stages';
  const table = tables[name];
  table.begin(number);
  table.uuid(COLUMN.trace, fields.traceId);
  table.id(COLUMN.span, fields.spanId[0]!, fields.spanId[1]!);
  if (fields.hasParent) table.id(COLUMN.parent, fields.parentId[0]!, fields.parentId[1]!);
  table.int(COLUMN.start_us, fields.startUs);
  table.int(COLUMN.duration_ns, fields.durationNs);
  table.int(COLUMN.status, fields.status);
  if (fields.messageEnd > fields.messageStart)
    table.set(COLUMN.status_message, parsed(arena, fields.messageStart, fields.messageEnd));
  writeAttributes(arena, table, name, fields, isCrawl);
  setStage(target, name, fields);
  table.int(COLUMN.series, target.series.find(arena, ranges, fields.kind, resource));
  table.double(COLUMN.weight, weightOf(arena, fields));
  if (rest.length + missing.length > 0) table.text(COLUMN.rest, writeRest(arena, fields, rest, missing), arena.length);
  writeLinks(table, LINK_COLUMNS[name], arena, fields);
  if (name === 'span_pages') {
    writeKey(arena, table, COLUMN.url_key, fields, URL_SLOT);
    writeKey(arena, table, COLUMN.content_key, fields, CONTENT_SLOT);
  }
  const events = readEvents(arena, fields);
  if (events.length > 0) table.set(COLUMN.events, jsonText(events));
  if (!isCrawl) return;
  const stage = [ranges[2]!, ranges[3]!] as const;
  if (events.length > 0) {
    const domain = domainOf(arena, fields);
    writeFailures(tables.failed_spans, arena, { number, fields, service: resource.service, stage, domain }, events);
  }
  writeRetried(tables.retried_attempts, arena, number, fields, name === 'span_pages', events);
}

/** Notes where the name stands; escapes in it are undone in the arena. */
function setName(arena: Arena, fields: SpanFields): void {
  let { nameStart, nameEnd } = fields;
  if (fields.nameEscaped) {
    nameStart = putText(arena, cellText(parsed(arena, nameStart - 1, nameEnd + 1)));
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

/** A span that does not say its stage is named after it. */
function setStage({ pageText }: SpanTarget, table: SpanTable, fields: SpanFields): void {
  if (fields.bySlot[STAGE_SLOT]! >= 0 || table === 'span_others') return;
  missing.push(names.ATTR_STAGE);
  [ranges[2], ranges[3]] = table === 'span_pages' ? pageText : [ranges[0]! + 'crawl.'.length, ranges[1]!];
}

/** Writes the hash of a text as its column holds it. */
function writeKey(arena: Arena, table: TableBuilder, column: number, fields: SpanFields, slot: number): void {
  const index = fields.bySlot[slot]!;
  if (index < 0) return;
  let [start, end] = [fields.starts[index]!, fields.ends[index]!];
  if (fields.kinds[index] !== KIND.text) {
    start = putText(arena, cellText(readValue(arena, fields, index)));
    end = arena.length;
  }
  if (end > start) table.id(column, ...hashBytes(arena.bytes, start, end));
}

/** How many spans this one stands for: as the sampler said, or from the threshold in the trace state. */
function weightOf(arena: Arena, fields: SpanFields): number {
  const told = fields.bySlot[WEIGHT_SLOT]!;
  const weight = told >= 0 ? readValue(arena, fields, told) : 0;
  if (typeof weight === 'number' && weight > 0) return weight;
  return fields.stateEnd > fields.stateStart ? weightOfState(String(parsed(arena, fields.stateStart, fields.stateEnd))) : 1;
}

function readEvents(arena: Arena, { eventsStart, eventsEnd }: SpanFields): SpanEvent[] {
  return eventsEnd > eventsStart ? list(parsed(arena, eventsStart, eventsEnd)).map(toEvent) : [];
}

function parsed(arena: Arena, start: number, end: number): unknown {
  return JSON.parse(textOf(arena, start, end));
}
