import { describeConfusion } from '../analyses/confusion-section.ts';
import { analyzeConfusion } from '../analyses/confusion.ts';
import { openIngested } from '../store/open.ts';
import type { CliCommand, DataOptions } from './command.ts';
import { printSection } from './section.ts';
import { addWeekOptions, weekWindow, type WeekOptions } from './week.ts';

/** `crawlscope confusion`: which categories are mistaken for which. */
export const confusion: CliCommand<DataOptions & WeekOptions> = {
  usage: 'confusion',
  summary: 'Show which categories are mistaken for which, which tags go with which category, and where models disagree.',
  example: 'crawlscope confusion --week',
  configure: addWeekOptions,
  async run(io, options) {
    const store = await openIngested(options, io);
    try {
      printSection(io, options.json, await analyzeConfusion(store, weekWindow(options)), describeConfusion);
      return 0;
    } finally {
      await store.close();
    }
  },
};
