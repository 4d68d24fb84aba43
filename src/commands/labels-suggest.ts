import Table from 'cli-table3';
import { suggestLabels } from '../analyses/label-suggestions.ts';
import { escapeTerminal } from '../report/escape.ts';
import { openIngested } from '../store/open.ts';
import type { CliCommand, DataOptions } from './command.ts';
import { parseCount } from './option-values.ts';
import { addWeekOptions, weekWindow, type WeekOptions } from './week.ts';

/** `crawlscope labels suggest`: pages worth a person's look. */
export const labelsSuggest: CliCommand<DataOptions & WeekOptions & { readonly limit: number }> = {
  usage: 'labels suggest',
  summary: "Suggest pages worth a person's look: near the threshold, where models disagree, with drifted tags.",
  example: 'crawlscope labels suggest --limit 20',
  configure(command) {
    addWeekOptions(command);
    command.option('--limit <count>', 'at most this many', parseCount, 20);
  },
  async run(io, options) {
    const store = await openIngested(options, io);
    try {
      const suggestions = await suggestLabels(store, weekWindow(options), options.limit);
      if (options.json) {
        io.out(`${JSON.stringify(suggestions, null, 2)}\n`);
        return 0;
      }
      const table = new Table({
        head: ['url', 'trace', 'category', 'score', 'why'],
        style: io.colors ? {} : { head: [], border: [] },
      });
      for (const page of suggestions) {
        const cells = [page.url ?? '–', page.trace_id, page.category, String(page.score ?? '–'), page.reasons.join('; ')];
        table.push(cells.map(escapeTerminal));
      }
      io.out(suggestions.length > 0 ? `${table.toString()}\n` : 'No page of this window stands out.\n');
      return 0;
    } finally {
      await store.close();
    }
  },
};
