import { describeThresholds } from '../analyses/threshold-section.ts';
import { analyzeThresholds } from '../analyses/thresholds.ts';
import { openIngested } from '../store/open.ts';
import type { CliCommand, DataOptions } from './command.ts';
import { printSection } from './section.ts';
import { addWeekOptions, weekWindow, type WeekOptions } from './week.ts';

/** `crawlscope thresholds`: how many pages pass, and what other thresholds would have done; exit code 1 where that is not stable. */
export const thresholds: CliCommand<DataOptions & WeekOptions> = {
  usage: 'thresholds',
  summary: 'Show the pass rate by run, its stability and what other thresholds would pass; exit code 1 where it is not stable.',
  example: 'crawlscope thresholds --recent 7d',
  configure: addWeekOptions,
  async run(io, options) {
    const store = await openIngested(options, io);
    try {
      const result = await analyzeThresholds(store, weekWindow(options));
      printSection(io, options.json, result, describeThresholds);
      return result.stability.stable === false ? 1 : 0;
    } finally {
      await store.close();
    }
  },
};
