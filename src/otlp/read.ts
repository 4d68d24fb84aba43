import type { Block, Gap } from './block.ts';
import { collectRows, type RowSink } from './json.ts';
import { parseLines } from './lines.ts';

/** The rows of one block and what could not be read of it. */
export interface BlockRows {
  readonly rows: RowSink;
  readonly gaps: readonly Gap[];
  /** Bytes done with; less than the block's length where its last record is incomplete. */
  readonly consumed: number;
}

/** Decodes a block to rows; offsets of gaps count from the block's start. */
export function readBlock(block: Block): BlockRows {
  const rows: RowSink = { spans: [], logs: [], metrics: [] };
  const bad: Gap[] = [];
  const { gaps, consumed } = parseLines(block, ({ value, start }) => {
    const count = collectRows(value, rows);
    if (count > 0) bad.push({ offset: start, bytes: 0, reason: `${count} item(s) without id, time or data in a record` });
  });
  return { rows, gaps: [...gaps, ...bad], consumed };
}
