import * as names from '../semconv.ts';

/** How the exporter stores attributes: as a map of texts, or in the JSON type. */
export interface AttributeLayout {
  /** The value of attribute `key` as text, NULL where there is none. */
  text(column: string, key: string): string;
  /** A list attribute; empty where there is none. */
  list(column: string, key: string, element: 'String' | 'Float64'): string;
  /** All attributes as JSON text with flat names. */
  json(column: string): string;
  /** What two columns must have in common to be the same, for a hash. */
  identity(column: string): string;
}

/**
 * Attributes that are no text. A map of texts has lost their types, so they are told by name; other attributes stay text there.
 */
const TYPED = [
  names.ATTR_RETRY_COUNT,
  names.ATTR_RETRY_SCHEDULED,
  names.ATTR_RANDOM_SEED,
  names.ATTR_RUN_VERSIONS,
  names.ATTR_RUN_HARDWARE,
  names.ATTR_RUN_SAMPLES,
  names.ATTR_RUN_PASS_RATE,
  names.ATTR_THRESHOLD_VALUE,
  names.ATTR_THRESHOLD_PASSED,
  names.ATTR_PAGE_SCORE,
  names.ATTR_PAGE_TAGS,
  names.ATTR_PAGE_TAG_SCORES,
  names.ATTR_PAGE_LENGTH,
  names.ATTR_PAGE_DEPTH,
  names.ATTR_CACHE_HIT,
  names.ATTR_QUEUE_WAIT,
  names.ATTR_HTTP_STATUS,
  names.ATTR_HTTP_BODY_SIZE,
  names.ATTR_HTTP_RESEND_COUNT,
  names.ATTR_SERVER_PORT,
  names.ATTR_GEN_AI_DIMENSIONS,
  names.ATTR_GEN_AI_INPUT_TOKENS,
  names.ATTR_DB_BATCH_SIZE,
  names.ATTR_LABEL_TAGS,
  'crawl.sampling.weight',
  'process.pid',
];
/** Dots in the longest names of the conventions, and one more: the JSON type nests an attribute at every dot. */
const DEEPEST = 6;

/** Attributes as `Map(LowCardinality(String), String)`: lists and maps are JSON text. */
export const MAP_LAYOUT: AttributeLayout = {
  text: (column, key) => `nullIf(${column}['${key}'], '')`,
  list: (column, key, element) => `JSONExtract(${column}['${key}'], 'Array(${element})')`,
  json(column) {
    const typed = `(k IN (${TYPED.map((name) => `'${name}'`).join(', ')}) OR match(k, '^crawl\\\\.health\\\\.check\\\\..*\\\\.(value|limit)$'))`;
    const value = `if(${typed} AND isValidJSON(v), v, toJSONString(v))`;
    return object(`arrayMap((k, v) -> concat(toJSONString(k), ':', ${value}), mapKeys(${column}), mapValues(${column}))`);
  },
  identity: (column) => column,
};

/** The same, where some attributes of spans are in columns of their own as well: a map is read whole for any of its attributes. */
export function layoutWithColumns(columns: ReadonlyMap<string, string>): AttributeLayout {
  const find = (column: string, key: string): string | undefined =>
    column === 'SpanAttributes' && columns.has(key) ? `CAST(\`${columns.get(key)}\`, 'String')` : undefined;
  return {
    ...MAP_LAYOUT,
    text(column, key) {
      const own = find(column, key);
      return own === undefined ? MAP_LAYOUT.text(column, key) : `nullIf(${own}, '')`;
    },
    list(column, key, element) {
      const own = find(column, key);
      return own === undefined ? MAP_LAYOUT.list(column, key, element) : `JSONExtract(${own}, 'Array(${element})')`;
    },
  };
}

/** Attributes as `JSON`. */
export const JSON_LAYOUT: AttributeLayout = {
  text: (column, key) => `nullIf(CAST(${column}.\`${key}\`, 'Nullable(String)'), '')`,
  list: (column, key, element) => `JSONExtract(ifNull(toJSONString(${column}.\`${key}\`), ''), 'Array(${element})')`,
  json(column) {
    let pairs = `JSONExtractKeysAndValuesRaw(toJSONString(${column}))`;
    for (let depth = 1; depth < DEEPEST; depth++) {
      const inner = `arrayMap(q -> (concat(p.1, '.', q.1), q.2), JSONExtractKeysAndValuesRaw(p.2))`;
      pairs = `arrayFlatten(arrayMap(p -> if(startsWith(p.2, '{'), ${inner}, [p]), ${pairs}))`;
    }
    return object(`arrayMap(p -> concat(toJSONString(p.1), ':', p.2), ${pairs})`);
  },
  identity: (column) => `toJSONString(${column})`,
};

function object(members: string): string {
  return `concat('{', arrayStringConcat(${members}, ','), '}')`;
}
