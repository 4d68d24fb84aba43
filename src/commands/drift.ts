import { describeDrift } from '../analyses/drift-section.ts';
import { analyzeDrift, driftWindows } from '../analyses/drift.ts';
import { openIngested } from '../store/open.ts';
import { checkCategory } from './category.ts';
import type { CliCommand, DataOptions } from './command.ts';
import { parseDuration } from './option-values.ts';
import { printSection } from './section.ts';

interface DriftOptions extends DataOptions {
  readonly category?: string;
  /** Microseconds. */
  readonly recent: number;
  readonly reference: number;
}

/** `crawlscope drift`: which tags changed their meaning for the tagger; exit code 1 where any did. */
export const drift: CliCommand<DriftOptions> = {
  usage: 'drift',
  summary: 'Compare the tags of the recent days with the days before; exit code 1 where a tag drifted.',
  example: 'crawlscope drift --category science --recent 7d --reference 28d',
  configure(command) {
    command
      .option('--category <name>', 'this category only')
      .option('--recent <time>', 'length of the recent window (36h, 7d, 4w)', parseDuration, parseDuration('7d'))
      .option('--reference <time>', 'length of the window before it', parseDuration, parseDuration('28d'));
  },
  async run(io, options) {
    const store = await openIngested(options, io);
    try {
      const windows = driftWindows(options.now, options.recent, options.reference);
      if (options.category !== undefined) await checkCategory(store, options.category);
      const result = await analyzeDrift(store, windows, options.category);
      printSection(io, options.json, result, describeDrift);
      return result.findings.some((finding) => finding.status === 'drift') ? 1 : 0;
    } finally {
      await store.close();
    }
  },
};
