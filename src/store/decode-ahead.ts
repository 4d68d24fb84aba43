import { START } from '../otlp/block.ts';
import type { OtlpFile } from '../otlp/files.ts';
import { readBlocks, type Framed } from '../otlp/framing.ts';
import type { BlockRows } from './block-rows.ts';
import { startDecoder, type Decoder } from './decode.ts';

/** A block that is being decoded, or a gap. Its bytes are given away. */
export type Ahead = Framed & { readonly size: number; readonly decoded: Promise<BlockRows> | undefined };

/** Blocks that are decoded while others are written. */
const AHEAD = 8;

/** Decodes a few blocks in advance, and yields them in the order of the file. */
export async function* decodeAhead(decoder: Decoder, blocks: AsyncIterable<Framed>): AsyncGenerator<Ahead> {
  const ahead: Ahead[] = [];
  for await (const framed of blocks) {
    // Before decoding, which takes the bytes away.
    const size = framed.kind === 'block' ? framed.block.bytes.length : 0;
    const decoded = framed.kind === 'block' ? decoder.decode(framed.block) : undefined;
    // Awaited later: until then a failure must not count as unhandled.
    decoded?.catch(() => undefined);
    ahead.push({ ...framed, size, decoded });
    if (ahead.length > AHEAD) yield ahead.shift()!;
  }
  yield* ahead;
}

/** A file that is read and decoded from its start on, before the store that takes it is open. */
export interface Prepared {
  readonly file: OtlpFile;
  readonly decoder: Decoder;
  readonly blocks: AsyncGenerator<Ahead>;
  /** Gives up what was started. */
  close(): Promise<void>;
}

/** Starts with the first of the files that a new store has to read; undefined where there is none. */
export function prepare(files: readonly OtlpFile[]): Prepared | undefined {
  const [file] = files;
  if (!file) return undefined;
  const decoder = startDecoder(files.reduce((sum, { size }) => sum + size, 0));
  const blocks = decodeAhead(decoder, readBlocks(file.path, START));
  const first = blocks.next();
  // Awaited later, too.
  first.catch(() => undefined);
  return {
    file,
    decoder,
    blocks: goOn(first, blocks),
    close: async () => {
      await first.catch(() => undefined);
      await blocks.return(undefined);
      await decoder.close();
    },
  };
}

async function* goOn<T>(first: Promise<IteratorResult<T>>, others: AsyncGenerator<T>): AsyncGenerator<T> {
  const { done, value } = await first;
  if (done) return;
  yield value;
  yield* others;
}
