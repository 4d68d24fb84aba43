import { scanTexts } from '../otlp/scan-attributes.ts';
import { KIND, slotOf, SLOTS, type SpanFields } from '../otlp/span-fields.ts';
import * as names from '../semconv.ts';
import { putText, type Arena } from './arena.ts';
import { readValue } from './attribute-rest.ts';
import { cellText } from './cell-values.ts';
import { isHostOf } from './host.ts';
import { ATTRIBUTE_COLUMNS, columnNumbers } from './schema.ts';
import type { TableBuilder } from './table-builder.ts';

export type SpanTable = 'span_pages' | 'span_stages' | 'span_others';

const COLUMN = columnNumbers('span_others');
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
const [URL_SLOT, DOMAIN_SLOT, RETRY_SLOT] = [
  slotOf(names.ATTR_URL_FULL),
  slotOf(names.ATTR_URL_DOMAIN),
  slotOf(names.ATTR_RETRY_COUNT),
];
/** Slots whose texts tell the series of a span apart. */
const SERIES_SLOTS = [slotOf(names.ATTR_STAGE), slotOf(names.ATTR_MODEL_VERSION), slotOf(names.ATTR_RUN_ID)];
const IN_SERIES = Uint8Array.from(SLOTS, (_, slot) => Number(SERIES_SLOTS.includes(slot)));
const TYPES = SLOTS.map(([, type]) => type);

/**
 * What is noted of the span that is being written, one at a time: where the texts of its series stand (its name, then those of
 * `SERIES_SLOTS`: from, to), the attributes that no column holds, and the names of those it lacks though a column has a value.
 */
export const ranges = new Int32Array(8);
export const rest: number[] = [];
export const missing: string[] = [];
const listed: number[] = [];

export function startNotes(): void {
  // Few and often: a loop is faster than `fill`.
  for (let index = 0; index < ranges.length; index++) ranges[index] = 0;
  rest.length = 0;
  missing.length = 0;
}

/** Writes the attributes of a span to the columns of its table, and notes what these cannot hold. */
export function writeAttributes(arena: Arena, table: TableBuilder, name: SpanTable, fields: SpanFields, isCrawl: boolean): void {
  const columns = COLUMNS[name];
  const { slots, bySlot } = fields;
  const keepsAll = name === 'span_others';
  for (let index = 0; index < fields.attributes; index++) {
    const slot = slots[index]!;
    let kept = false;
    if (slot >= 0) {
      if (IN_SERIES[slot] === 1) kept = setSeriesText(arena, fields, index, 2 + SERIES_SLOTS.indexOf(slot) * 2);
      else if (columns[slot]! >= 0) {
        // The view takes the domain of a stage from its URL.
        kept = slot === DOMAIN_SLOT && name === 'span_stages' && isOfUrl(arena, fields, index);
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
export function domainOf(arena: Arena, fields: SpanFields): string | null {
  const domain = fields.bySlot[DOMAIN_SLOT]!;
  if (domain >= 0) return String(readValue(arena, fields, domain));
  const url = fields.bySlot[URL_SLOT]!;
  const text = url < 0 ? null : readValue(arena, fields, url);
  return typeof text === 'string' ? (URL.parse(text)?.hostname ?? null) : null;
}

/** True where attribute `index` is the host of the span's URL. */
function isOfUrl({ bytes }: Arena, { bySlot, kinds, starts, ends }: SpanFields, index: number): boolean {
  const url = bySlot[URL_SLOT]!;
  if (url < 0 || kinds[index] !== KIND.text || kinds[url] !== KIND.text) return false;
  return isHostOf(bytes, starts[index]!, ends[index]!, starts[url]!, ends[url]!);
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
  ranges[place] = putText(arena, cellText(value));
  ranges[place + 1] = arena.length;
  return isExact('text', value);
}

function slotColumns(table: SpanTable, attributes: Readonly<Record<string, string>>): Int8Array {
  const columns: Readonly<Record<string, number>> = columnNumbers(table);
  const byAttribute = new Map(Object.entries(attributes).map(([column, attribute]) => [attribute, columns[column]]));
  return Int8Array.from(SLOTS, ([name]) => byAttribute.get(name) ?? -1);
}
