import * as names from '../semconv.ts';

/** What an attribute's value is, as it stands in the bytes. */
export const KIND = {
  /** A string without escapes. */
  text: 1,
  /** A string that holds escapes. */
  escaped: 2,
  int: 3,
  double: 4,
  boolean: 5,
  /** Any other value: lists, maps, bytes, numbers that JSON cannot hold. */
  other: 6,
} as const;

/** What a slot takes. */
export type SlotType = 'text' | 'int' | 'double' | 'boolean' | 'texts' | 'doubles';

/** The attributes that tables have columns for. */
export const SLOTS = [
  [names.ATTR_URL_FULL, 'text'],
  [names.ATTR_URL_DOMAIN, 'text'],
  [names.ATTR_STAGE, 'text'],
  [names.ATTR_RETRY_COUNT, 'int'],
  [names.ATTR_MODEL_VERSION, 'text'],
  [names.ATTR_RUN_ID, 'text'],
  [names.ATTR_ERROR_TYPE, 'text'],
  [names.ATTR_PAGE_SCORE, 'double'],
  [names.ATTR_PAGE_CATEGORY, 'text'],
  [names.ATTR_PAGE_TAGS, 'texts'],
  [names.ATTR_PAGE_TAG_SCORES, 'doubles'],
  [names.ATTR_PAGE_LENGTH, 'int'],
  [names.ATTR_PAGE_CONTENT_HASH, 'text'],
  [names.ATTR_EMBEDDING_ID, 'text'],
  [names.ATTR_PAGE_DEPTH, 'int'],
  [names.ATTR_EXTRACTION_METHOD, 'text'],
  [names.ATTR_THRESHOLD_VALUE, 'double'],
  [names.ATTR_THRESHOLD_PASSED, 'boolean'],
  [names.ATTR_CLASSIFICATION_METHOD, 'text'],
  [names.ATTR_CONFIG_HASH, 'text'],
  [names.ATTR_CACHE_HIT, 'boolean'],
  [names.ATTR_QUEUE_WAIT, 'double'],
  [names.ATTR_HTTP_STATUS, 'int'],
  [names.ATTR_HTTP_BODY_SIZE, 'int'],
  [names.ATTR_USER_AGENT, 'text'],
  [names.ATTR_SAMPLING_WEIGHT, 'double'],
] as const satisfies readonly (readonly [name: string, type: SlotType])[];

/** The number of an attribute's slot; throws for one that has none. */
export function slotOf(name: (typeof SLOTS)[number][0]): number {
  return SLOTS.findIndex(([known]) => known === name);
}

/** Room for attributes at first; OpenTelemetry keeps 128 of a span unless told otherwise. */
const FIRST_ATTRIBUTES = 128;

/**
 * One span as offsets into the bytes it was read from. The object is reused for every span; an offset pair is empty where the field
 * is missing.
 */
export interface SpanFields {
  /** The bytes, for reads of whole words; they must go on for some bytes after the last span. */
  view: DataView;
  /** Four words of 32 bits, the first eight hexadecimal digits first. */
  readonly traceId: Int32Array;
  readonly spanId: Int32Array;
  readonly parentId: Int32Array;
  hasParent: boolean;
  nameStart: number;
  nameEnd: number;
  nameEscaped: boolean;
  kind: number;
  /** Microseconds since the Unix epoch. */
  startUs: number;
  durationNs: number;
  status: 0 | 1 | 2;
  /** A whole JSON string, with its quotes. */
  messageStart: number;
  messageEnd: number;
  stateStart: number;
  stateEnd: number;
  /** A whole JSON list. */
  eventsStart: number;
  eventsEnd: number;
  linksStart: number;
  linksEnd: number;
  attributes: number;
  /** The slot of attribute `i`, -1 where it has none; the whole key with its quotes; the kind of its value. */
  slots: Int8Array;
  keyStarts: Int32Array;
  keyEnds: Int32Array;
  kinds: Uint8Array;
  /** The value: a text without its quotes, the digits of a number, `true` or `false`, or the whole object around any other value. */
  starts: Int32Array;
  ends: Int32Array;
  numbers: Float64Array;
  /** The attribute that fills a slot, -1 where none does. */
  readonly bySlot: Int32Array;
}

export function startFields(): SpanFields {
  const offsets = (): Int32Array => new Int32Array(FIRST_ATTRIBUTES);
  return {
    view: new DataView(new ArrayBuffer(0)),
    traceId: new Int32Array(4),
    spanId: new Int32Array(2),
    parentId: new Int32Array(2),
    hasParent: false,
    nameStart: 0,
    nameEnd: 0,
    nameEscaped: false,
    kind: 0,
    startUs: 0,
    durationNs: 0,
    status: 0,
    messageStart: 0,
    messageEnd: 0,
    stateStart: 0,
    stateEnd: 0,
    eventsStart: 0,
    eventsEnd: 0,
    linksStart: 0,
    linksEnd: 0,
    attributes: 0,
    slots: new Int8Array(FIRST_ATTRIBUTES),
    keyStarts: offsets(),
    keyEnds: offsets(),
    kinds: new Uint8Array(FIRST_ATTRIBUTES),
    starts: offsets(),
    ends: offsets(),
    numbers: new Float64Array(FIRST_ATTRIBUTES),
    bySlot: new Int32Array(SLOTS.length).fill(-1),
  };
}

/** Forgets the attributes of the span before. */
export function clearAttributes(fields: SpanFields): void {
  for (let index = 0; index < fields.attributes; index++) {
    const slot = fields.slots[index]!;
    if (slot >= 0) fields.bySlot[slot] = -1;
  }
  fields.attributes = 0;
}

/** Doubles the room for attributes. */
export function growFields(fields: SpanFields): void {
  fields.slots = widen(fields.slots, new Int8Array(fields.slots.length * 2));
  fields.keyStarts = widen(fields.keyStarts, new Int32Array(fields.keyStarts.length * 2));
  fields.keyEnds = widen(fields.keyEnds, new Int32Array(fields.keyEnds.length * 2));
  fields.kinds = widen(fields.kinds, new Uint8Array(fields.kinds.length * 2));
  fields.starts = widen(fields.starts, new Int32Array(fields.starts.length * 2));
  fields.ends = widen(fields.ends, new Int32Array(fields.ends.length * 2));
  fields.numbers = widen(fields.numbers, new Float64Array(fields.numbers.length * 2));
}

function widen<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
