import { toAttributes, toEvent } from '../otlp/json.ts';
import type { SpanEvent } from '../otlp/rows.ts';
import { list } from '../otlp/value.ts';
import { ATTR_SAMPLING_WEIGHT, ATTR_URL_DOMAIN, ATTR_URL_FULL } from '../semconv.ts';
import { putText } from './arena.ts';
import { writeRest } from './attribute-rest.ts';
import { cellText } from './cell-values.ts';
import { writeFailures, writeRetried } from './failure-writer.ts';
import { jsonText } from './json-text.ts';
import { writeLinks } from './link-writer.ts';
import type { ResourceBook } from './resources.ts';
import type { ScannerHost } from './scanner.ts';
import { columnNumbers, SPAN_TABLES } from './schema.ts';
import type { Series } from './series.ts';
import { slotOf, SLOTS, type SlotType } from './slots.ts';
import type { SpanFields } from './span-fields.ts';
import type { TableBuilder } from './table-builder.ts';
import { weightOfState } from './trace-state.ts';

/** What the host writes to, for the block that is being read. */
export interface HostTarget {
  readonly fields: SpanFields;
  /** The tables of spans by their numbers, and those of what is told of a span elsewhere. */
  readonly spans: readonly TableBuilder[];
  readonly failures: TableBuilder;
  readonly retried: TableBuilder;
  readonly series: Series[];
  readonly resources: ResourceBook;
}

const COLUMN = columnNumbers('span_others');
const WEIGHT_SLOT = slotOf(ATTR_SAMPLING_WEIGHT);
const DOMAIN_SLOT = slotOf(ATTR_URL_DOMAIN);
const URL_SLOT = slotOf(ATTR_URL_FULL);
const PAGES = SPAN_TABLES.indexOf('span_pages');
/** The texts of a series. */
const [NAME, STAGE, MODEL, RUN] = [0, 1, 2, 3];

/** Does for the scanner what is rare, or needs JavaScript's JSON, numbers or Unicode. */
export function spanHost(current: () => HostTarget): Omit<ScannerHost, 'grown' | 'takeRows' | 'readOddSpan'> {
  return {
    parseDouble: (start, end) => Number(current().fields.text(start, end)),
    resourceOf: (start, end) => {
      const { fields, resources } = current();
      const read = (): unknown => (end > start ? fields.json(start, end) : []);
      return resources.numberOf(fields.text(start, end), () => toAttributes(read()));
    },
    setColumn: (table, column, slot, index) => {
      const { fields, spans } = current();
      const value = fields.value(index);
      spans[table]!.set(column, value);
      return Number(isExact(SLOTS[slot]![1], value));
    },
    setSeriesText: (index, place) => {
      const { fields } = current();
      const value = fields.value(index);
      fields.setRange(place, ...put(fields, value));
      return Number(isExact('text', value));
    },
    setName: () => {
      const { fields } = current();
      const { nameStart, nameEnd } = fields.scanner;
      fields.setRange(NAME, ...put(fields, fields.json(nameStart.value - 1, nameEnd.value + 1)));
    },
    setMessage: (table) => {
      const { fields, spans } = current();
      const { messageStart, messageEnd } = fields.scanner;
      spans[table]!.set(COLUMN.status_message, fields.json(messageStart.value, messageEnd.value));
    },
    setDomain: (table) => current().spans[table]!.set(COLUMN.domain, domainOf(current().fields)),
    addSeries: (resource) => addSeries(current(), resource),
    readWeight: () => weightOf(current().fields),
    writeOddRest: (missing) => writeRest(current().fields, missing),
    putAttributeText: (index) => put(current().fields, current().fields.value(index))[0],
    setLinks: (table, after) => writeLinks(current().spans[table]!, table === PAGES, current().fields, after),
    writeEvents: (table, number, resource, isCrawl) => writeEvents(current(), table, number, resource, isCrawl === 1),
  };
}

/** Puts the text of a value to the arena; returns where it stands. */
function put({ arena }: SpanFields, value: unknown): [start: number, end: number] {
  return [putText(arena, cellText(value)), arena.end];
}

/** True where a column of the type gives back the very value. */
function isExact(type: SlotType, value: unknown): boolean {
  if (type === 'text') return typeof value === 'string' && value !== '' && !value.includes('\u0000');
  if (type === 'int') return Number.isSafeInteger(value);
  if (type === 'texts')
    return Array.isArray(value) && value.every((item) => typeof item === 'string' && !item.includes('\u0000'));
  return type === 'doubles' && Array.isArray(value) && value.every((item) => Number.isFinite(item));
}

/** The domain that a span tells, or that of its URL. */
function domainOf(fields: SpanFields): string | null {
  const domain = fields.valueOf(DOMAIN_SLOT);
  if (domain !== undefined) return String(domain);
  const url = fields.valueOf(URL_SLOT);
  return typeof url === 'string' ? (URL.parse(url)?.hostname ?? null) : null;
}

function addSeries({ fields, series, resources }: HostTarget, resource: number): number {
  const [name, stage, model, run] = [NAME, STAGE, MODEL, RUN].map((place) => fields.text(...fields.range(place)));
  const { service, json } = resources.all[resource]!;
  const number = series.push({
    name: name ?? '',
    kind: fields.scanner.kind.value,
    stage: stage || null,
    service,
    model_version: model || null,
    run_id: run || null,
    resource: json,
  });
  return number - 1;
}

/** How many spans this one stands for: as the sampler said, or from the threshold in the trace state. */
function weightOf(fields: SpanFields): number {
  const weight = fields.valueOf(WEIGHT_SLOT);
  if (typeof weight === 'number' && weight > 0) return weight;
  const { stateStart, stateEnd } = fields.scanner;
  return stateEnd.value > stateStart.value ? weightOfState(String(fields.json(stateStart.value, stateEnd.value))) : 1;
}

function writeEvents(target: HostTarget, table: number, number: number, resource: number, isCrawl: boolean): void {
  const { fields, spans, failures, retried, resources } = target;
  const events = readEvents(fields);
  if (events.length > 0) spans[table]!.set(COLUMN.events, jsonText(events));
  if (!isCrawl) return;
  if (events.length > 0) {
    const { service } = resources.all[resource]!;
    writeFailures(
      failures,
      { number, fields, service, stage: fields.text(...fields.range(STAGE)), domain: domainOf(fields) },
      events,
    );
  }
  writeRetried(retried, number, fields, table === PAGES, events);
}

function readEvents(fields: SpanFields): SpanEvent[] {
  const { eventsStart, eventsEnd } = fields.scanner;
  return eventsEnd.value > eventsStart.value ? list(fields.json(eventsStart.value, eventsEnd.value)).map(toEvent) : [];
}
