import { undoLabel } from '../analyses/label-record.ts';
import { loadLabels } from '../analyses/labels.ts';
import { CrawlscopeError } from '../errors.ts';
import { escapeTerminal } from '../report/escape.ts';
import { openIngested } from '../store/open.ts';
import type { CliCommand, DataOptions } from './command.ts';

/** `crawlscope labels undo <id>`: takes a label back. */
export const labelsUndo: CliCommand<DataOptions> = {
  usage: 'labels undo <id>',
  summary: 'Take a label back; its record stays in the files.',
  example: 'crawlscope labels undo 3f2a9c1d0b7e',
  async run(io, options, [id = '']) {
    const store = await openIngested(options, io);
    try {
      const matches = (await loadLabels(store)).filter((label) => id !== '' && label.id.startsWith(id.toLowerCase()));
      const [label, other] = matches;
      if (!label || other) {
        throw new CrawlscopeError(
          label ? 'AMBIGUOUS_LABEL' : 'UNKNOWN_LABEL',
          `${label ? 'several labels begin' : 'no label in force begins'} with "${escapeTerminal(id)}"`,
          'See the ids with: crawlscope labels list',
        );
      }
      await undoLabel(options.data, label, options.now);
      if (options.json) io.out(`${JSON.stringify({ id: label.id, url: label.url, undone: true }, null, 2)}\n`);
      else io.out(`Took back label ${label.id} of ${escapeTerminal(label.url)}.\n`);
      return 0;
    } finally {
      await store.close();
    }
  },
};
