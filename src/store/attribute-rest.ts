import { ATTR_RETRY_COUNT, ATTR_STAGE, ATTR_URL_DOMAIN } from '../semconv.ts';
import { putText } from './arena.ts';
import { jsonText } from './json-text.ts';
import { KIND, type SpanFields } from './span-fields.ts';

/** Attributes that a span may lack though a column has a value for them, in the order of the bits of `assembly/columns.ts`. */
const MISSING = [ATTR_RETRY_COUNT, ATTR_URL_DOMAIN, ATTR_STAGE];

/**
 * Writes the attributes of a span that no column holds, and `missing` ones as null, to the arena as one JSON object; returns where it
 * ends. Values that are escaped may hold what the database cannot, so that they are written anew.
 */
export function writeRest(fields: SpanFields, missing: number): number {
  const members: string[] = [];
  for (let index = 0; index < fields.scanner.attributeCount.value; index++) {
    const { kind, isRest, keyStart, keyEnd, start, end } = fields.attribute(index);
    if (!isRest) continue;
    const isWord = kind === KIND.int || kind === KIND.double || kind === KIND.boolean;
    members.push(`${fields.text(keyStart, keyEnd)}:${isWord ? fields.text(start, end) : jsonText(fields.value(index))}`);
  }
  for (const [bit, name] of MISSING.entries()) if ((missing & (1 << bit)) !== 0) members.push(`"${name}":null`);
  putText(fields.arena, `{${members.join(',')}}`);
  return fields.arena.end;
}
