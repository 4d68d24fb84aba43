import { crawlee } from './crawlee.ts';
import type { Instrumentation } from './instrumentation.ts';
import { lancedb } from './lancedb.ts';
import { readability } from './readability.ts';

/** Every library that is instrumented without a change to the user's code. */
export const instrumentations: readonly Instrumentation[] = [crawlee, readability, lancedb];
