import { toValue } from '../otlp/json.ts';
import { KIND, type SpanFields } from '../otlp/span-fields.ts';
import { putByte, putCopy, putText, textOf, type Arena } from './arena.ts';
import { jsonText } from './json-text.ts';
import type { AttributeValue } from '../otlp/rows.ts';

const [QUOTE, COMMA, COLON, OPEN, CLOSE] = [0x22, 0x2c, 0x3a, 0x7b, 0x7d];

/** The value of attribute `index` of a span. */
export function readValue(arena: Arena, { kinds, starts, ends, numbers }: SpanFields, index: number): AttributeValue {
  const text = (): string => textOf(arena, starts[index]!, ends[index]!);
  switch (kinds[index]) {
    case KIND.text:
      return text();
    case KIND.escaped:
      return JSON.parse(`"${text()}"`) as string;
    case KIND.boolean:
      return numbers[index] === 1;
    case KIND.other:
      return toValue(JSON.parse(text()));
    default:
      return numbers[index]!;
  }
}

/**
 * Writes the attributes `indexes` of a span, and `missing` ones as null, to the arena as one JSON object; returns where it starts.
 */
export function writeRest(arena: Arena, fields: SpanFields, indexes: readonly number[], missing: readonly string[]): number {
  const start = arena.length;
  let separator = OPEN;
  for (const index of indexes) {
    putByte(arena, separator);
    separator = COMMA;
    putCopy(arena, fields.keyStarts[index]!, fields.keyEnds[index]!);
    putByte(arena, COLON);
    writeValue(arena, fields, index);
  }
  for (const name of missing) {
    putText(arena, `${separator === OPEN ? '{' : ','}"${name}":null`);
    separator = COMMA;
  }
  putByte(arena, CLOSE);
  return start;
}

/** Texts, numbers and words are JSON as they stand; what is escaped may hold what the database cannot. */
function writeValue(arena: Arena, fields: SpanFields, index: number): void {
  const { kinds, starts, ends } = fields;
  const kind = kinds[index];
  if (kind === KIND.escaped || kind === KIND.other) putText(arena, jsonText(readValue(arena, fields, index)));
  else if (kind === KIND.text) {
    putByte(arena, QUOTE);
    putCopy(arena, starts[index]!, ends[index]!);
    putByte(arena, QUOTE);
  } else putCopy(arena, starts[index]!, ends[index]!);
}
