import { toLink } from '../otlp/json.ts';
import type { SpanLink } from '../otlp/rows.ts';
import { list } from '../otlp/value.ts';
import { ATTR_LINK_TYPE, LINK_DISCOVERED_BY } from '../semconv.ts';
import { jsonText } from './json-text.ts';
import { columnNumbers } from './schema.ts';
import type { SpanFields } from './span-fields.ts';
import type { TableBuilder } from './table-builder.ts';

const COLUMN = columnNumbers('span_pages');

/**
 * Writes the links of a span as JSON text. Of a page, the link to the page that discovered it goes to columns of its own; where the
 * scanner wrote that already, `after` is where the other links follow, else 0.
 */
export function writeLinks(table: TableBuilder, isPage: boolean, fields: SpanFields, after: number): void {
  const { linksStart, linksEnd } = fields.scanner;
  if (after > 0) return table.set(COLUMN.links, linksText(`[${fields.text(after + 1, linksEnd.value)}`));
  const links = readLinks(fields.text(linksStart.value, linksEnd.value));
  const first = links.findIndex((link) => link.attributes[ATTR_LINK_TYPE] === LINK_DISCOVERED_BY);
  const found = isPage ? links[first] : undefined;
  const trace = found && wordsOf(found.traceId, 32);
  const span = found && wordsOf(found.spanId, 16);
  if (!trace || !span) return table.set(COLUMN.links, jsonText(links));
  table.uuid(COLUMN.discovered_trace, trace as [number, number, number, number]);
  const isPlain = first === 0 && Object.keys(found.attributes).length === 1;
  if (isPlain) table.id(COLUMN.discovered_span, span as [number, number]);
  if (!isPlain) table.set(COLUMN.links, jsonText(links));
  else if (links.length > 1) table.set(COLUMN.links, jsonText(links.slice(1)));
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

/** The words of an id, the lowest first; undefined where it is none. */
function wordsOf(id: string, digits: number): number[] | undefined {
  if (id.length !== digits || !/^[\da-f]+$/.test(id)) return undefined;
  const bytes = Buffer.from(id, 'hex');
  return Array.from({ length: digits / 8 }, (_, word) => bytes.readInt32BE(bytes.length - 4 - word * 4));
}
