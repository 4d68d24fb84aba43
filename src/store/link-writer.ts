import { BAD, hexWords, skipMember, standsAt } from '../otlp/json-bytes.ts';
import { toLink } from '../otlp/json.ts';
import type { SpanLink } from '../otlp/rows.ts';
import type { SpanFields } from '../otlp/span-fields.ts';
import { list } from '../otlp/value.ts';
import { ATTR_LINK_TYPE, LINK_DISCOVERED_BY } from '../semconv.ts';
import { textOf, type Arena } from './arena.ts';
import { jsonText } from './json-text.ts';
import type { TableBuilder } from './table-builder.ts';

/** Columns of a table of spans. */
export interface LinkColumns {
  readonly links: number;
  /** Only pages have these. */
  readonly discovered?: { readonly trace: number; readonly span: number };
}

const text = (value: string): Buffer => Buffer.from(value);
const TRACE_ID = text('"traceId":"');
const SPAN_ID = text('"spanId":"');
const ATTRIBUTES = text('"attributes":');
const DISCOVERED_BY = text(`[{"key":"${ATTR_LINK_TYPE}","value":{"stringValue":"${LINK_DISCOVERED_BY}"}}]`);
const [QUOTE, COMMA, OPEN_OBJECT, CLOSE_OBJECT, CLOSE_LIST] = [0x22, 0x2c, 0x7b, 0x7d, 0x5d];

const trace = new Int32Array(4);
const span = new Int32Array(2);

/**
 * Writes the links of a span. The link to the page that discovered this one goes to columns of its own, for its ids make each page's
 * links different; the others are JSON text.
 */
export function writeLinks(table: TableBuilder, columns: LinkColumns, arena: Arena, { linksStart, linksEnd }: SpanFields): void {
  if (linksEnd === linksStart) return;
  const { discovered, links: column } = columns;
  const after = discovered ? scanDiscovered(arena.bytes, linksStart + 1) : BAD;
  if (discovered && after !== BAD) {
    table.uuid(discovered.trace, trace);
    table.id(discovered.span, span[0]!, span[1]!);
    if (arena.bytes[after] === CLOSE_LIST) return;
    table.set(column, linksText(`[${textOf(arena, after + 1, linksEnd)}`));
    return;
  }
  const json = textOf(arena, linksStart, linksEnd);
  const links = readLinks(json);
  const first = discovered && links.findIndex((link) => link.attributes[ATTR_LINK_TYPE] === LINK_DISCOVERED_BY);
  const found = first === undefined ? undefined : links[first];
  if (discovered && found && setIds(found)) {
    table.uuid(discovered.trace, trace);
    const plain = first === 0 && Object.keys(found.attributes).length === 1;
    if (plain) table.id(discovered.span, span[0]!, span[1]!);
    if (plain && links.length === 1) return;
    table.set(column, jsonText(plain ? links.slice(1) : links));
    return;
  }
  table.set(column, jsonText(links));
}

/** The links of the last span but its own: pages of a run all link to that run. */
let last = { json: '[]', text: '[]' };

function linksText(json: string): string {
  if (json !== last.json) last = { json, text: jsonText(readLinks(json)) };
  return last.text;
}

function readLinks(json: string): SpanLink[] {
  return list(JSON.parse(json)).map(toLink);
}

/** The ids of a link as words; false where they are none. */
function setIds({ traceId, spanId }: SpanLink): boolean {
  if (traceId.length !== 32 || spanId.length !== 16) return false;
  return hexWords(Buffer.from(traceId), 0, trace) && hexWords(Buffer.from(spanId), 0, span);
}

/** Reads a link that opens at `at` into the ids where it is a plain one to the discovering page; the offset after it. */
function scanDiscovered(bytes: Buffer, at: number): number {
  if (bytes[at] !== OPEN_OBJECT) return BAD;
  let seen = 0;
  let next = at;
  do {
    next++;
    if (standsAt(bytes, next, TRACE_ID)) {
      seen |= 1;
      next = scanHex(bytes, next + TRACE_ID.length, trace);
    } else if (standsAt(bytes, next, SPAN_ID)) {
      seen |= 2;
      next = scanHex(bytes, next + SPAN_ID.length, span);
    } else if (standsAt(bytes, next, ATTRIBUTES)) {
      seen |= 4;
      const value = next + ATTRIBUTES.length;
      next = standsAt(bytes, value, DISCOVERED_BY) ? value + DISCOVERED_BY.length : BAD;
    } else next = skipMember(bytes, next);
    if (next === BAD) return BAD;
  } while (bytes[next] === COMMA);
  if (seen !== 7 || bytes[next] !== CLOSE_OBJECT) return BAD;
  return bytes[next + 1] === COMMA || bytes[next + 1] === CLOSE_LIST ? next + 1 : BAD;
}

function scanHex(bytes: Buffer, at: number, words: Int32Array): number {
  const end = at + words.length * 8;
  return hexWords(bytes, at, words) && bytes[end] === QUOTE ? end + 1 : BAD;
}
