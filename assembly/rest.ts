import { ATTR_RETRY_COUNT, ATTR_STAGE, ATTR_URL_DOMAIN } from '../src/names';
import { ESCAPED, OTHER, TEXT } from './attributes';
import { MISSING_DOMAIN, MISSING_RETRY, MISSING_STAGE, missingBits, restCount } from './columns';
import { writeOddRest } from './host';
import { CLOSE_OBJECT, COLON, COMMA, OPEN_OBJECT, QUOTE } from './json';
import { attributeAt, reserve, setArenaEnd } from './memory';
import { REST, setText } from './table';
import { copy, Text } from './text';

const NO_RETRY = new Text(`"${ATTR_RETRY_COUNT}":null`);
const NO_DOMAIN = new Text(`"${ATTR_URL_DOMAIN}":null`);
const NO_STAGE = new Text(`"${ATTR_STAGE}":null`);

/** Where the JSON is written to. */
let to: usize = 0;

/** Writes the attributes that no column holds, and those that are missing as null, as one JSON object. */
export function writeRest(): void {
  if (restCount + missingBits === 0) return;
  const room = roomForRest();
  if (room < 0) {
    const start = reserve(0);
    setText(REST, start, writeOddRest(missingBits));
    return;
  }
  const start = reserve(room + NO_RETRY.length + NO_DOMAIN.length + NO_STAGE.length + 8);
  to = start;
  for (let index = 0, left = restCount; left > 0; index++) {
    const attribute = attributeAt(index);
    if (!attribute.isRest) continue;
    left--;
    separate(start);
    put(attribute.keyStart, i32(attribute.keyEnd - attribute.keyStart));
    putByte(COLON);
    if (attribute.kind === TEXT) putByte(QUOTE);
    put(attribute.start, i32(attribute.end - attribute.start));
    if (attribute.kind === TEXT) putByte(QUOTE);
  }
  if ((missingBits & MISSING_RETRY) !== 0) putMissing(start, NO_RETRY);
  if ((missingBits & MISSING_DOMAIN) !== 0) putMissing(start, NO_DOMAIN);
  if ((missingBits & MISSING_STAGE) !== 0) putMissing(start, NO_STAGE);
  putByte(CLOSE_OBJECT);
  setArenaEnd(to);
  setText(REST, start, to);
}

/** Bytes that the attributes take at most; -1 where one of them is not JSON as it stands, or may hold what the database cannot. */
function roomForRest(): i32 {
  let room = 0;
  for (let index = 0, left = restCount; left > 0; index++) {
    const attribute = attributeAt(index);
    if (!attribute.isRest) continue;
    left--;
    if (attribute.kind === ESCAPED || attribute.kind === OTHER) return -1;
    room += i32(attribute.keyEnd - attribute.keyStart + (attribute.end - attribute.start)) + 4;
  }
  return room;
}

function putMissing(start: usize, text: Text): void {
  separate(start);
  put(text.at, text.length);
}

function separate(start: usize): void {
  putByte(to === start ? OPEN_OBJECT : COMMA);
}

function put(from: usize, length: i32): void {
  copy(to, from, length);
  to += length;
}

function putByte(byte: u8): void {
  store<u8>(to++, byte);
}
