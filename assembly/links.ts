import { ATTR_LINK_TYPE, LINK_DISCOVERED_BY } from '../src/names';
import { readHex16, readHex32 } from './digits';
import { setLinks } from './host';
import { BAD, CLOSE_LIST, CLOSE_OBJECT, COMMA, OPEN_OBJECT, skipMember } from './json';
import { linksEnd, linksStart } from './span';
import { DISCOVERED_SPAN, DISCOVERED_TRACE, PAGES, setInt, setUuid } from './table';
import { stands, Text } from './text';

const TRACE_ID = new Text('"traceId":');
const SPAN_ID = new Text('"spanId":');
const ATTRIBUTES = new Text('"attributes":');
const DISCOVERED_BY = new Text(`[{"key":"${ATTR_LINK_TYPE}","value":{"stringValue":"${LINK_DISCOVERED_BY}"}}]`);
const trace = memory.data(16, 16);
const span = memory.data(8, 8);

/**
 * Writes the links of the span. The link to the page that discovered this one goes to columns of its own, for its ids make each page's
 * links different; the host writes others.
 */
export function writeLinks(table: i32): void {
  if (linksEnd === linksStart) return;
  const after = table === PAGES ? readDiscovered(linksStart + 1) : BAD;
  if (after !== BAD) {
    setUuid(DISCOVERED_TRACE, trace);
    setInt(DISCOVERED_SPAN, load<i64>(span));
    if (load<u8>(after) === CLOSE_LIST) return;
  }
  setLinks(table, after);
}

/** Reads a link that opens at `at` where it is a plain one to the discovering page; the address after it. */
function readDiscovered(at: usize): usize {
  if (load<u8>(at) !== OPEN_OBJECT) return BAD;
  let seen = 0;
  do {
    at++;
    if (stands(at, TRACE_ID)) {
      seen |= 1;
      at = readHex32(at + TRACE_ID.length, trace);
    } else if (stands(at, SPAN_ID)) {
      seen |= 2;
      at = readHex16(at + SPAN_ID.length, span);
    } else if (stands(at, ATTRIBUTES)) {
      seen |= 4;
      at += ATTRIBUTES.length;
      if (!stands(at, DISCOVERED_BY)) return BAD;
      at += DISCOVERED_BY.length;
    } else at = skipMember(at);
    if (at === BAD) return BAD;
  } while (load<u8>(at) === COMMA);
  if (seen !== 7 || load<u8>(at) !== CLOSE_OBJECT) return BAD;
  const after = load<u8>(at + 1);
  return after === COMMA || after === CLOSE_LIST ? at + 1 : BAD;
}
