import { chromadb } from './chromadb.ts';
import { crawlee } from './crawlee.ts';
import { defuddle, defuddleNode } from './defuddle.ts';
import type { Instrumentation } from './instrumentation.ts';
import { lancedb } from './lancedb.ts';
import { openai } from './openai.ts';
import { pg } from './pg.ts';
import { qdrant } from './qdrant.ts';
import { readability } from './readability.ts';
import { transformers } from './transformers.ts';

/** Every library that is instrumented without a change to the user's code. */
export const instrumentations: readonly Instrumentation[] = [
  crawlee,
  readability,
  defuddle,
  defuddleNode,
  transformers,
  openai,
  lancedb,
  chromadb,
  qdrant,
  pg,
];
