import { BAD, CLOSE_LIST, CLOSE_OBJECT, COMMA, plainEnd } from './json';
import { reserve, setArenaEnd } from './memory';
import { setList, writeCell } from './table';
import { stands, Text } from './text';

const LIST = new Text('{"arrayValue":{"values":[');
const ELEMENT = new Text('{"stringValue":"');
const CELL: usize = 16;
const NONE: i32 = -1;

/**
 * Writes an `AnyValue` that is a list of texts without escapes to a column: the cells of the texts go to the arena. False where it is
 * something else.
 */
export function writeTexts(column: i32, at: usize): bool {
  const count = countTexts(at);
  if (count === NONE) return false;
  const cells = reserve(usize(count) * CELL);
  setArenaEnd(cells + usize(count) * CELL);
  let element = at + LIST.length;
  for (let index = 0; index < count; index++) {
    const start = element + ELEMENT.length;
    const end = plainEnd(start);
    writeCell(cells + usize(index) * CELL, start, end);
    element = end + 3;
  }
  setList(column, cells, count);
  return true;
}

/** How many texts the list holds; `NONE` where it is something else. */
function countTexts(at: usize): i32 {
  if (!stands(at, LIST)) return NONE;
  at += LIST.length;
  if (load<u8>(at) === CLOSE_LIST) return 0;
  let count = 0;
  while (true) {
    count++;
    if (!stands(at, ELEMENT)) return NONE;
    const end = plainEnd(at + ELEMENT.length);
    if (end === BAD || load<u8>(end + 1) !== CLOSE_OBJECT) return NONE;
    const byte = load<u8>(end + 2);
    if (byte === CLOSE_LIST) return count;
    if (byte !== COMMA) return NONE;
    at = end + 3;
  }
}
