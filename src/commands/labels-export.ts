import { Option } from 'commander';
import { writeFile } from 'node:fs/promises';
import { toLabelRows } from '../analyses/label-export.ts';
import { loadLabels } from '../analyses/labels.ts';
import { LABEL_FORMATS } from '../report/label-formats.ts';
import { openIngested } from '../store/open.ts';
import type { CliCommand, DataOptions } from './command.ts';

interface ExportOptions extends DataOptions {
  readonly format: keyof typeof LABEL_FORMATS;
  readonly output?: string;
}

/** `crawlscope labels export`: the labels as a data set for other tools. */
export const labelsExport: CliCommand<ExportOptions> = {
  usage: 'labels export',
  summary: 'Write the labels as a data set: Hugging Face, Argilla, Label Studio, Cleanlab or CSV.',
  example: 'crawlscope labels export --format huggingface --output labels.jsonl',
  configure(command) {
    command
      .addOption(
        new Option('--format <name>', 'tool that will read it').choices(Object.keys(LABEL_FORMATS)).default('huggingface'),
      )
      .option('--output <file>', 'file to write (default: standard output)');
  },
  async run(io, options) {
    const store = await openIngested(options, io);
    try {
      const rows = toLabelRows(await loadLabels(store));
      const text = LABEL_FORMATS[options.format](rows);
      if (options.output === undefined) io.out(text);
      else {
        await writeFile(options.output, text);
        io.err(`wrote ${rows.length} labels to ${options.output}\n`);
      }
      return 0;
    } finally {
      await store.close();
    }
  },
};
