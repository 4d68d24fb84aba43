import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Block, Gap } from '../otlp/block.ts';
import { readBlock } from '../otlp/read.ts';
import { packRows, type PackedRows } from './batch.ts';

/** A decoded block, ready to be written. */
export interface DecodedBlock {
  readonly rows: PackedRows;
  readonly gaps: readonly Gap[];
  readonly consumed: number;
}

/** What a decoding thread is asked; the answer is a `DecodedBlock`, or nothing where it failed. */
export interface DecodeTask {
  readonly block: Block;
  readonly base: number;
}

/** Turns blocks to columns, in threads of its own once there is much to do. */
export interface Decoder {
  decode(block: Block): Promise<DecodedBlock>;
  close(): Promise<void>;
}

/** One core is left to the database. */
const THREADS = Math.max(1, Math.min(3, availableParallelism() - 1));
/** Starting threads takes longer than decoding this many bytes. */
const WORTH_THREADS = 6 << 20;
/** More rows than a block can hold, so that numbers of blocks never meet. */
const NUMBERS = 1e8;

interface Thread {
  readonly worker: Worker;
  readonly waiting: { resolve: (block: DecodedBlock | undefined) => void; reject: (error: Error) => void }[];
}

export function startDecoder(): Decoder {
  let threads: Thread[] | undefined;
  let blocks = 0;
  let bytes = 0;
  return {
    decode: async (block) => {
      const base = blocks++ * NUMBERS;
      bytes += block.bytes.length;
      if (bytes < WORTH_THREADS) return decodeBlock(block, base);
      threads ??= Array.from({ length: THREADS }, startThread);
      const idle = threads.toSorted((a, b) => a.waiting.length - b.waiting.length)[0]!;
      // A thread cannot hand over an error with its code: the block is decoded again here, and fails here.
      return (await ask(idle, { block, base })) ?? decodeBlock(block, base);
    },
    close: async () => {
      await Promise.all((threads ?? []).map((thread) => thread.worker.terminate()));
    },
  };
}

/** Decodes a block in this thread. */
export async function decodeBlock(block: Block, base: number): Promise<DecodedBlock> {
  const { rows, gaps, consumed } = await readBlock(block);
  return { rows: packRows(rows, base), gaps, consumed };
}

function startThread(): Thread {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const thread: Thread = {
    worker: new Worker(new URL(`./decode-thread.${extension}`, import.meta.url), {
      // Not this process's flags: among them may be --import of instrumentation.
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 16 },
    }),
    waiting: [],
  };
  thread.worker.on('message', (answer: DecodedBlock | undefined) => thread.waiting.shift()?.resolve(answer));
  thread.worker.on('error', (error) => {
    for (const { reject } of thread.waiting.splice(0)) reject(error as Error);
  });
  return thread;
}

function ask(thread: Thread, task: DecodeTask): Promise<DecodedBlock | undefined> {
  return new Promise((resolve, reject) => {
    thread.waiting.push({ resolve, reject });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    thread.worker.postMessage(task);
  });
}
