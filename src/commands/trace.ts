import * as colors from 'yoctocolors';
import { findPage } from '../analyses/page-lookup.ts';
import { readTrace } from '../analyses/trace.ts';
import { formatTime } from '../report/format.ts';
import { PLAIN, renderWaterfall } from '../report/waterfall.ts';
import { openIngested } from '../store/open.ts';
import type { CliCommand, DataOptions } from './command.ts';
import { notOne } from './page-argument.ts';

const EARLIER_LISTED = 5;

/** `crawlscope trace <url>`: every attempt and stage of one URL. */
export const trace: CliCommand<DataOptions> = {
  usage: 'trace <url>',
  summary: "Show a URL's way through the pipeline: every attempt and stage. Takes a URL, a part of one, or a trace id.",
  example: 'crawlscope trace https://example.com/articles/1',
  async run(io, options, [text = '']) {
    const store = await openIngested(options, io);
    try {
      const lookup = await findPage(store, text);
      if (lookup.kind !== 'found') throw notOne(text, lookup);
      const [latest, ...earlier] = lookup.visits;
      if (!latest) throw notOne(text, { kind: 'unknown', near: [] });
      const found = await readTrace(store, latest.traceId);
      if (options.json) {
        io.out(`${JSON.stringify(found, null, 2)}\n`);
        return 0;
      }
      io.out(renderWaterfall(found, io.colors ? colors : PLAIN));
      if (earlier.length > 0) io.out(`\n${earlier.length} earlier visit${earlier.length === 1 ? '' : 's'}, newest first:\n`);
      for (const visit of earlier.slice(0, EARLIER_LISTED))
        io.out(`  ${formatTime(visit.startUs)} UTC  crawlscope trace ${visit.traceId}\n`);
      return 0;
    } finally {
      await store.close();
    }
  },
};
