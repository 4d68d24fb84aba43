import { readOddSpan, resourceOf } from './host';
import { BAD, CLOSE_LIST, CLOSE_OBJECT, COMMA, NEWLINE, OPEN_OBJECT, skipMember, skipValue } from './json';
import { forgetSeries } from './series';
import { readSpan } from './span';
import { stands, Text } from './text';
import { writeSpan } from './write';

const REQUEST = new Text('{"resourceSpans":[');
const RESOURCE = new Text('"resource":{');
const ATTRIBUTES = new Text('"attributes":');
const SCOPE_SPANS = new Text('"scopeSpans":[');
const SPANS = new Text('"spans":[');

/** Spans of the block that were written. */
export let spans: i32 = 0;
let resource: i32 = 0;

export function startBlock(): void {
  spans = 0;
  forgetSeries();
}

/** Reads and writes one span, of the resource of this number; false where it is not written as exporters write spans. */
export function addSpan(at: usize, itsResource: i32): bool {
  if (readSpan(at) === BAD) return false;
  writeSpan(spans++, itsResource);
  return true;
}

/** True where an export request of spans opens at `at`. */
export function opensSpans(at: usize): bool {
  return stands(at, REQUEST);
}

/** Reads the export request of spans that opens at `at`, in compact JSON, and writes its spans; the newline after it, or `BAD`. */
export function readRequest(at: usize): usize {
  at = readList(at + REQUEST.length, readResourceSpans);
  // Nothing else belongs to a request.
  if (at === BAD || load<u8>(at) !== CLOSE_OBJECT) return BAD;
  return load<u8>(at + 1) === NEWLINE ? at + 1 : BAD;
}

/** Hands the start of every item of a list to `read`; `at` is behind the opening bracket. */
function readList(at: usize, read: (item: usize) => usize): usize {
  if (load<u8>(at) === CLOSE_LIST) return at + 1;
  while (true) {
    at = read(at);
    if (at === BAD) return BAD;
    const byte = load<u8>(at++);
    if (byte === CLOSE_LIST) return at;
    if (byte !== COMMA) return BAD;
  }
}

/** Hands the start of every member of an object to `read`, which returns the address after it. */
function readObject(at: usize, read: (member: usize) => usize): usize {
  if (load<u8>(at) !== OPEN_OBJECT) return BAD;
  if (load<u8>(at + 1) === CLOSE_OBJECT) return at + 2;
  do {
    at = read(at + 1);
    if (at === BAD) return BAD;
  } while (load<u8>(at) === COMMA);
  return load<u8>(at) === CLOSE_OBJECT ? at + 1 : BAD;
}

function readResourceSpans(at: usize): usize {
  resource = -1;
  return readObject(at, readMemberOfResource);
}

function readMemberOfResource(at: usize): usize {
  if (stands(at, RESOURCE)) {
    attributesStart = attributesEnd = 0;
    at = readObject(at + RESOURCE.length - 1, readMemberOfDescription);
    if (at !== BAD) resource = resourceOf(attributesStart, attributesEnd);
    return at;
  }
  if (!stands(at, SCOPE_SPANS)) return skipMember(at);
  // A resource that comes after its spans is left to the slow way.
  return resource < 0 ? BAD : readList(at + SCOPE_SPANS.length, readScopeSpans);
}

let attributesStart: usize = 0;
let attributesEnd: usize = 0;

function readMemberOfDescription(at: usize): usize {
  if (!stands(at, ATTRIBUTES)) return skipMember(at);
  attributesStart = at + ATTRIBUTES.length;
  return (attributesEnd = skipValue(attributesStart));
}

function readScopeSpans(at: usize): usize {
  return readObject(at, readMemberOfScope);
}

function readMemberOfScope(at: usize): usize {
  return stands(at, SPANS) ? readList(at + SPANS.length, readOne) : skipMember(at);
}

function readOne(at: usize): usize {
  const end = readSpan(at);
  if (end !== BAD) {
    writeSpan(spans++, resource);
    return end;
  }
  const after = skipValue(at);
  if (after !== BAD) readOddSpan(at, after, resource);
  return after;
}
