import type { Instrumentation } from './instrumentation.ts';
import { describeExtraction } from './extraction.ts';
import { libraryStage } from './library-stage.ts';
import { wrapMethod } from './wrap.ts';

/** Mozilla's Readability: `new Readability(document).parse()` extracts. */
export const readability: Instrumentation = {
  module: '@mozilla/readability',
  majors: [0],
  patch({ Readability }) {
    if (typeof Readability !== 'function') return;
    const wrapper = libraryStage('extract', {
      after: ({ own }, article) =>
        describeExtraction('readability', (article as { textContent?: string } | null)?.textContent, own),
    });
    wrapMethod(Readability.prototype as object, 'parse', 'Readability', wrapper);
  },
};
