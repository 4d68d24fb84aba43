import { toValue } from '../otlp/json.ts';
import type { AttributeValue } from '../otlp/rows.ts';
import { textOf, type Arena } from './arena.ts';
import type { Scanner } from './scanner.ts';

/** What an attribute's value is, as it stands in the bytes; `assembly/attributes.ts` numbers them. */
export const KIND = { text: 1, escaped: 2, int: 3, double: 4, boolean: 5, other: 6 } as const;

/** Bytes of an attribute in the scanner's memory; `Attribute` in `assembly/memory.ts` tells what is where. */
const ATTRIBUTE_BYTES = 32;

/** An attribute as the scanner found it: addresses of its whole key with quotes and of its value. */
interface AttributeField {
  readonly kind: number;
  /** No column holds it. */
  readonly isRest: boolean;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly start: number;
  readonly end: number;
  readonly number: number;
}

/** The span that the scanner is writing. */
export interface SpanFields {
  readonly scanner: Scanner;
  readonly arena: Arena;
  attribute(index: number): AttributeField;
  /** The value of attribute `index`. */
  value(index: number): AttributeValue;
  /** The value of the attribute that fills a slot; undefined where none does. */
  valueOf(slot: number): AttributeValue | undefined;
  /** The ids as words, the lowest first. */
  trace(): [number, number, number, number];
  span(): [number, number];
  /** Where a text of the span's series stands; `assembly/series.ts` numbers them. */
  range(place: number): [start: number, end: number];
  setRange(place: number, start: number, end: number): void;
  text(start: number, end: number): string;
  /** The JSON value from `start` to `end`. */
  json(start: number, end: number): unknown;
}

/** Reads spans where a scanner keeps them. */
export function fieldsOf(scanner: Scanner, arena: Arena): SpanFields {
  const word = (at: number): number => arena.bytes.readInt32LE(at);
  const fields: SpanFields = {
    scanner,
    arena,
    attribute: (index) => {
      const at = scanner.attributesStart() + index * ATTRIBUTE_BYTES;
      return {
        kind: arena.bytes[at + 4]!,
        isRest: arena.bytes[at + 5] === 1,
        keyStart: word(at + 8),
        keyEnd: word(at + 12),
        start: word(at + 16),
        end: word(at + 20),
        number: arena.bytes.readDoubleLE(at + 24),
      };
    },
    value: (index) => valueOf(fields, fields.attribute(index)),
    valueOf: (slot) => {
      const index = scanner.attributeOf(slot);
      return index < 0 ? undefined : fields.value(index);
    },
    trace: () => {
      const at = scanner.traceId.value;
      return [word(at), word(at + 4), word(at + 8), word(at + 12)];
    },
    span: () => [word(scanner.spanId.value), word(scanner.spanId.value + 4)],
    range: (place) => {
      const at = scanner.ranges.value + place * 8;
      return [word(at), word(at + 4)];
    },
    setRange: (place, start, end) => {
      const at = scanner.ranges.value + place * 8;
      arena.bytes.writeInt32LE(start, at);
      arena.bytes.writeInt32LE(end, at + 4);
    },
    text: (start, end) => textOf(arena, start, end),
    json: (start, end) => JSON.parse(textOf(arena, start, end)),
  };
  return fields;
}

function valueOf(fields: SpanFields, { kind, start, end, number }: AttributeField): AttributeValue {
  switch (kind) {
    case KIND.text:
      return fields.text(start, end);
    case KIND.escaped:
      return JSON.parse(`"${fields.text(start, end)}"`) as string;
    case KIND.boolean:
      return number === 1;
    case KIND.other:
      return toValue(fields.json(start, end));
    default:
      return number;
  }
}
