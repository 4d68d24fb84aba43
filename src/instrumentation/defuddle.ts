import { describeExtraction } from './extraction.ts';
import type { Instrumentation, ModuleExports } from './instrumentation.ts';
import { libraryStage } from './library-stage.ts';
import { wrapMethod } from './wrap.ts';

/** Defuddle as a class: `new Defuddle(document).parse()` extracts. */
export const defuddle: Instrumentation = { module: 'defuddle', majors: [0], patch };

/** Defuddle's entry for Node, a function around the same class. */
export const defuddleNode: Instrumentation = { module: 'defuddle/node', majors: [0], patch };

/** The result is HTML; its text is what counts. */
const MARKUP = /<[^>]*>/g;

const wrapper = libraryStage('extract', {
  after: ({ own }, result) => describeExtraction('defuddle', (result as { content?: string }).content?.replace(MARKUP, ' '), own),
});

function patch(exports: ModuleExports): void {
  for (const candidate of [exports, exports['default'], exports['DefuddleClass'], exports['Defuddle']]) {
    const prototype = typeof candidate === 'function' ? (candidate.prototype as object | undefined) : undefined;
    if (!prototype || !('parse' in prototype)) continue;
    wrapMethod(prototype, 'parse', 'Defuddle', wrapper);
    if ('parseAsync' in prototype) wrapMethod(prototype, 'parseAsync', 'Defuddle', wrapper);
  }
}
