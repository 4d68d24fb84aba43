import * as names from '../semconv.ts';

/** What the column of a slot takes; the scanner numbers these in this order. */
export const SLOT_TYPES = ['text', 'int', 'double', 'boolean', 'texts', 'doubles'] as const;
export type SlotType = (typeof SLOT_TYPES)[number];

/** The attributes that tables have columns for, or that mean something of their own. */
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

/** The number of an attribute's slot. */
export function slotOf(name: (typeof SLOTS)[number][0]): number {
  return SLOTS.findIndex(([known]) => known === name);
}
