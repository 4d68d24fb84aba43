import { BAD, CLOSE_LIST, CLOSE_OBJECT, COMMA, plainEnd } from './json';
import { arenaEnd, reserve, setArenaEnd } from './memory';
import { setList, writeCell } from './table';
import { stands, Text } from './text';

const LIST = new Text('{"arrayValue":{"values":[');
const ELEMENT = new Text('{"stringValue":"');
const CELL: usize = 16;

/**
 * Writes an `AnyValue` that is a list of texts without escapes to a column: the cells of the texts go to the arena. False where it is
 * something else.
 */
export function writeTexts(column: i32, at: usize): bool {
  if (!stands(at, LIST)) return false;
  at += LIST.length;
  let count: usize = 0;
  if (load<u8>(at) !== CLOSE_LIST) {
    while (true) {
      if (!stands(at, ELEMENT)) return false;
      const start = at + ELEMENT.length;
      const end = plainEnd(start);
      if (end === BAD || load<u8>(end + 1) !== CLOSE_OBJECT) return false;
      writeCell(reserve((count + 1) * CELL) + count * CELL, start, end);
      count++;
      const byte = load<u8>(end + 2);
      if (byte === CLOSE_LIST) break;
      if (byte !== COMMA) return false;
      at = end + 3;
    }
  }
  setList(column, arenaEnd, count);
  setArenaEnd(arenaEnd + count * CELL);
  return true;
}
