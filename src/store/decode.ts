import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Block } from '../otlp/block.ts';
import { readRows, type BlockRows } from './block-rows.ts';

/** Turns blocks to rows, in threads of its own once there is much to do. */
export interface Decoder {
  decode(block: Block): Promise<BlockRows>;
  close(): Promise<void>;
}

/** One core is left to the database. */
const THREADS = Math.max(1, Math.min(3, availableParallelism() - 1));
/** Starting threads takes longer than decoding this many bytes. */
const WORTH_THREADS = 4 << 20;

/** What a thread answers: rows, or the bytes that it could not decode. */
export type Answer = { readonly rows: BlockRows } | { readonly rows?: undefined; readonly bytes: Buffer };

interface Thread {
  readonly worker: Worker;
  readonly waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[];
}

/** `bytes` of input are expected in all. */
export function startDecoder(bytes: number): Decoder {
  const threads = bytes < WORTH_THREADS ? [] : Array.from({ length: THREADS }, startThread);
  return {
    decode: async (block) => {
      const idle = threads.toSorted((a, b) => a.waiting.length - b.waiting.length)[0];
      if (!idle) return readRows(block);
      const answer = await ask(idle, block);
      // A thread cannot hand over an error with its code: the block is decoded again here, and fails here.
      return answer.rows ?? readRows({ ...block, bytes: answer.bytes });
    },
    close: async () => {
      await Promise.all(threads.map((thread) => thread.worker.terminate()));
    },
  };
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
  thread.worker.on('message', (answer: Answer) => {
    thread.waiting
      .shift()
      ?.resolve(
        answer.rows ? { rows: { ...answer.rows, texts: asBuffer(answer.rows.texts) } } : { bytes: asBuffer(answer.bytes) },
      );
  });
  thread.worker.on('error', (error) => {
    for (const { reject } of thread.waiting.splice(0)) reject(error as Error);
  });
  return thread;
}

function ask(thread: Thread, block: Block): Promise<Answer> {
  return new Promise((resolve, reject) => {
    thread.waiting.push({ resolve, reject });
    const { buffer } = block.bytes;
    thread.worker.postMessage(block, buffer instanceof ArrayBuffer ? [buffer] : []);
  });
}

/** Buffers arrive in another thread as plain byte arrays. */
export function asBuffer({ buffer, byteOffset, length }: Uint8Array): Buffer<ArrayBuffer> {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, length);
}
