import { SPAN_PAGE, SPAN_RUN, STAGE_PAGE } from '../src/names';
import { attributeOf, INT, TEXT } from './attributes';
import { MISSING_STAGE, missing, writeAttributes } from './columns';
import { putAttributeText, readWeight, setMessage, setName, writeEvents } from './host';
import { hashBytes } from './key';
import { writeLinks } from './links';
import { arenaEnd, attributeAt, reserve, setArenaEnd } from './memory';
import { writeRest } from './rest';
import { clearRanges, findSeries, NAME, rangeEnd, rangeStart, setRange, STAGE } from './series';
import { CONTENT_SLOT, RETRY_SLOT, STAGE_SLOT, URL_SLOT, WEIGHT_SLOT } from './slots';
import {
  durationNs,
  eventsEnd,
  eventsStart,
  hasParent,
  messageEnd,
  messageStart,
  nameEnd,
  nameEscaped,
  nameStart,
  parentId,
  spanId,
  startUs,
  stateEnd,
  stateStart,
  status,
  traceId,
} from './span';
import * as table from './table';
import { copy, stands, Text } from './text';

const PREFIX = new Text('crawl.');
const PAGE = new Text(SPAN_PAGE);
const RUN = new Text(SPAN_RUN);
const PAGE_STAGE = new Text(STAGE_PAGE);
/** Where the name of a page's stage stands in the arena. */
let pageStage: usize = 0;

/** Puts what spans lack to the arena of a block. */
export function startTexts(): void {
  pageStage = reserve(PAGE_STAGE.length);
  copy(pageStage, PAGE_STAGE.at, PAGE_STAGE.length);
  setArenaEnd(pageStage + PAGE_STAGE.length);
}

/** Writes the span that was read last to its table; `number` is its number within the block. */
export function writeSpan(number: i32, resource: i32): void {
  clearRanges();
  if (nameEscaped) setName();
  else setRange(NAME, nameStart, nameEnd);
  const isCrawl = starts(PREFIX);
  const its = !isCrawl || is(RUN) ? table.OTHERS : is(PAGE) ? table.PAGES : table.STAGES;
  table.begin(its, number);
  table.setUuid(table.TRACE, traceId);
  table.setInt(table.SPAN, load<i64>(spanId));
  if (hasParent) table.setInt(table.PARENT, load<i64>(parentId));
  table.setInt(table.START_US, startUs);
  table.setInt(table.DURATION_NS, durationNs);
  table.setInt(table.STATUS, status);
  if (messageEnd > messageStart) setMessage(its);
  writeAttributes(isCrawl);
  nameStage(its);
  table.setInt(table.SERIES, findSeries(resource));
  table.setDouble(table.WEIGHT, attributeOf(WEIGHT_SLOT) >= 0 || stateEnd > stateStart ? readWeight() : 1);
  writeRest();
  writeLinks(its);
  if (its === table.PAGES) {
    writeKey(table.URL_KEY, URL_SLOT);
    writeKey(table.CONTENT_KEY, CONTENT_SLOT);
  }
  if (eventsEnd > eventsStart || (its === table.PAGES && wasRetried())) writeEvents(its, number, resource, isCrawl);
}

/** True where the name starts with a text. */
function starts(text: Text): bool {
  return i32(rangeEnd(NAME) - rangeStart(NAME)) >= text.length && stands(rangeStart(NAME), text);
}

function is(text: Text): bool {
  return i32(rangeEnd(NAME) - rangeStart(NAME)) === text.length && stands(rangeStart(NAME), text);
}

/** A span that does not say its stage is named after it. */
function nameStage(its: i32): void {
  if (attributeOf(STAGE_SLOT) >= 0 || its === table.OTHERS) return;
  missing(MISSING_STAGE);
  if (its === table.PAGES) setRange(STAGE, pageStage, pageStage + PAGE_STAGE.length);
  else setRange(STAGE, rangeStart(NAME) + PREFIX.length, rangeEnd(NAME));
}

/** Writes the hash of an attribute's text; of an empty one there is none. */
function writeKey(column: i32, slot: i32): void {
  const index = attributeOf(slot);
  if (index < 0) return;
  const attribute = attributeAt(index);
  const isPlain = attribute.kind === TEXT;
  const start = isPlain ? attribute.start : putAttributeText(index);
  const end = isPlain ? attribute.end : arenaEnd;
  if (end > start) table.setInt(column, hashBytes(start, end));
}

/** True unless the span says that this is the first attempt, or does not say it. */
function wasRetried(): bool {
  const index = attributeOf(RETRY_SLOT);
  if (index < 0) return false;
  const retry = attributeAt(index);
  return retry.kind !== INT || retry.number !== 0;
}
