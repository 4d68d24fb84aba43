import { parentPort } from 'node:worker_threads';
import type { Block } from '../otlp/block.ts';
import { buffersOf, readRows } from './block-rows.ts';
import { asBuffer, type Answer } from './decode.ts';

parentPort?.on('message', (block: Block) => void answer(block));

async function answer(block: Block): Promise<void> {
  const bytes = asBuffer(block.bytes);
  const rows = await readRows({ ...block, bytes }).catch(() => undefined);
  // Done with, and too large to wait for the collector of garbage.
  if (rows) bytes.buffer.transfer(0);
  const message: Answer = rows ? { rows } : { bytes };
  parentPort?.postMessage(message, rows ? buffersOf(rows) : [bytes.buffer]);
}
