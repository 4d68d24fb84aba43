import { START, type Position } from '../otlp/block.ts';
import { findOtlpFiles, type OtlpFile } from '../otlp/files.ts';
import { readBlocks } from '../otlp/framing.ts';
import { readBlock } from '../otlp/read.ts';
import type { Attributes, MetricRow, Rows, SpanRow } from '../otlp/rows.ts';
import { CrawlscopeError } from '../errors.ts';

export type { Attributes, MetricRow, Rows, SpanRow };

/** Follows the files of a folder without a store. */
export interface Tail {
  /** Hands on what was written since the last call; resolves to the number of stretches that could not be read. */
  read(onRows: (rows: Rows) => void): Promise<number>;
}

/** Follows every OTLP file in `folder` that was written to in the last `liveMs`; older ones only from their present end on. */
export function openTail(folder: string, liveMs: number): Tail {
  const read = new Map<string, { readonly position: Position; readonly size: number }>();
  return {
    async read(onRows) {
      let gaps = 0;
      for (const file of await listFiles(folder)) {
        const known = read.get(file.inode);
        if (known === undefined && Date.now() - file.modifiedMs > liveMs) {
          read.set(file.inode, { position: { offset: file.size, frame: file.size, frameOffset: file.size }, size: file.size });
          continue;
        }
        if (known?.size === file.size) continue;
        const from = known === undefined || file.size < known.size ? START : known.position;
        const { position, lost } = await readFrom(file, from, onRows);
        read.set(file.inode, { position, size: file.size });
        gaps += lost;
      }
      return gaps;
    },
  };
}

async function readFrom(
  file: OtlpFile,
  from: Position,
  onRows: (rows: Rows) => void,
): Promise<{ position: Position; lost: number }> {
  let position = from;
  let lost = 0;
  try {
    for await (const framed of readBlocks(file.path, from)) {
      if (framed.kind === 'gap') {
        if (framed.gap.pending) continue;
        lost += 1;
        position = framed.after;
        continue;
      }
      const { rows, gaps, consumed } = await readBlock(framed.block);
      onRows(rows);
      lost += gaps.filter((gap) => !gap.pending).length;
      position = framed.after(consumed);
    }
  } catch (error) {
    // A rotation can delete a file between listing and opening it.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return { position, lost };
}

/** A folder that does not exist yet has no files yet: the crawler may start after the one who watches. */
async function listFiles(folder: string): Promise<OtlpFile[]> {
  try {
    return await findOtlpFiles(folder);
  } catch (error) {
    if (error instanceof CrawlscopeError && error.code === 'DATA_NOT_FOUND') return [];
    throw error;
  }
}
