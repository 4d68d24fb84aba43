/**
 * Reads spans in OTLP JSON as exporters write it and writes them to the database's vectors, all in the module's own memory. What is
 * rare is left to the host, by the functions of `host.ts`.
 */
import { openArena } from './memory';
import { startBlock } from './lines';
import { startTexts } from './write';

export { addSpan, opensSpans, readRequest, spans } from './lines';
export { allocate, arenaEnd, attributeCount, attributesStart, reserve, setArenaEnd, textsStart } from './memory';
export { ranges } from './series';
export { addSlot, start } from './slots';
export * from './span';
export { setColumnPlace, setPageColumns, setSpanColumns, setTable } from './table';
export { attributeOf } from './attributes';

/** Starts a block of `bytes`; returns where they are to be put. */
export function openBlock(bytes: usize): usize {
  const at = openArena(bytes);
  startTexts();
  startBlock();
  return at;
}
