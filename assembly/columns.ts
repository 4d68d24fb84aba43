import { attributeOf, BOOLEAN, DOUBLE, INT, OTHER, TEXT } from './attributes';
import { setColumn, setDomain, setSeriesText } from './host';
import { attributeAt, attributeCount, Attribute } from './memory';
import { MODEL, RUN, setRange, STAGE } from './series';
import {
  DOMAIN_SLOT,
  MODEL_SLOT,
  NO_SLOT,
  RETRY_SLOT,
  RUN_SLOT,
  STAGE_SLOT,
  URL_SLOT,
  TYPE_BOOLEAN,
  TYPE_DOUBLE,
  TYPE_INT,
  TYPE_TEXT,
  TYPE_TEXTS,
  typeOf,
} from './slots';
import * as table from './table';
import { writeTexts } from './texts';
import { isHostOf } from './url';

/** Attributes that a span lacks though a column has a value for them, one bit each. */
export const MISSING_RETRY: i32 = 1;
export const MISSING_DOMAIN: i32 = 2;
export const MISSING_STAGE: i32 = 4;
/** What is noted of the span that is being written: those bits, and how many attributes no column holds. */
export let missingBits: i32 = 0;
export let restCount: i32 = 0;

export function missing(bit: i32): void {
  missingBits |= bit;
}

/** Writes the attributes of the span to the columns of its table, and notes what these cannot hold. */
export function writeAttributes(isCrawl: bool): void {
  const keepsAll = table.table === table.OTHERS;
  missingBits = restCount = 0;
  for (let index = 0; index < attributeCount; index++) {
    const isHeld = write(attributeAt(index), index) && !keepsAll;
    // Found again: what was written may have made room, and moved it.
    attributeAt(index).isRest = !isHeld;
    if (!isHeld) restCount++;
  }
  if (!isCrawl) return;
  if (attributeOf(RETRY_SLOT) < 0) {
    table.setInt(table.RETRY, 0);
    if (!keepsAll) missing(MISSING_RETRY);
  }
  if (attributeOf(DOMAIN_SLOT) >= 0 || attributeOf(URL_SLOT) < 0) return;
  setDomain(table.table);
  if (!keepsAll) missing(MISSING_DOMAIN);
}

/** False where neither a column nor the series holds the attribute as it is. */
function write(attribute: Attribute, index: i32): bool {
  const slot = attribute.slot;
  if (slot === NO_SLOT) return false;
  if (slot === STAGE_SLOT) return noteText(attribute, index, STAGE);
  if (slot === MODEL_SLOT) return noteText(attribute, index, MODEL);
  if (slot === RUN_SLOT) return noteText(attribute, index, RUN);
  const column = table.columnOf(slot);
  if (column < 0) return false;
  // The view takes the domain of a stage from its URL.
  if (slot === DOMAIN_SLOT && table.table === table.STAGES && isOfUrl(attribute)) return true;
  return writeColumn(column, slot, attribute, index);
}

function writeColumn(column: i32, slot: i32, attribute: Attribute, index: i32): bool {
  const type = typeOf(slot);
  const kind = attribute.kind;
  if (type === TYPE_TEXT && kind === TEXT) {
    table.setText(column, attribute.start, attribute.end);
    return attribute.end > attribute.start;
  }
  if (type === TYPE_INT && kind === INT) table.setInt(column, i64(attribute.number));
  else if (type === TYPE_DOUBLE && (kind === DOUBLE || kind === INT)) table.setDouble(column, attribute.number);
  else if (type === TYPE_BOOLEAN && kind === BOOLEAN) table.setBoolean(column, attribute.number !== 0);
  else if (type !== TYPE_TEXTS || kind !== OTHER || !writeTexts(column, attribute.start)) {
    return setColumn(table.table, column, slot, index);
  }
  return true;
}

/** Notes a text of the series. */
function noteText(attribute: Attribute, index: i32, place: i32): bool {
  if (attribute.kind !== TEXT) return setSeriesText(index, place);
  setRange(place, attribute.start, attribute.end);
  return attribute.end > attribute.start;
}

/** True where the attribute is the host of the span's URL. */
function isOfUrl(domain: Attribute): bool {
  const index = attributeOf(URL_SLOT);
  if (index < 0) return false;
  const url = attributeAt(index);
  return domain.kind === TEXT && url.kind === TEXT && isHostOf(domain.start, domain.end, url.start, url.end);
}
