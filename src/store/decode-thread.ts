import { parentPort } from 'node:worker_threads';
import { buffersOf } from './columns.ts';
import { decodeBlock, type DecodeTask } from './decode.ts';

parentPort?.on('message', (task: DecodeTask) => void answer(task));

async function answer({ block, base }: DecodeTask): Promise<void> {
  // Buffers arrive as plain byte arrays.
  const bytes = Buffer.from(block.bytes.buffer, block.bytes.byteOffset, block.bytes.byteLength);
  const decoded = await decodeBlock({ ...block, bytes }, base).catch(() => undefined);
  const buffers = decoded ? buffersOf(Object.values(decoded.rows.tables).flat()) : [];
  // A thread's port, not a window: it has no origin to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage(decoded, buffers);
}
