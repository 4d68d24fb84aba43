import { type Command, InvalidArgumentError, Option } from 'commander';
import { writeFile } from 'node:fs/promises';
import type { Figure } from '../analyses/analysis.ts';
import { ANALYSES } from '../analyses/list.ts';
import { CrawlscopeError, errorMessage } from '../errors.ts';
import { resolveRules } from '../monitor/alert-settings.ts';
import type { AlertRule } from '../monitor/rules.ts';
import { renderHtml } from '../report/html.ts';
import { renderJson } from '../report/json.ts';
import { renderMarkdown } from '../report/markdown.ts';
import { buildReport } from '../report/report.ts';
import { openIngested } from '../store/open.ts';
import { loadSkipped } from '../store/skipped.ts';
import type { CliCommand, DataOptions } from './command.ts';
import { addConfigOption, type ConfigOption, loadConfig } from './config-option.ts';
import { addWindowOptions, chooseWindow, type WindowOptions } from './window.ts';

const FORMATS = { md: renderMarkdown, html: renderHtml, json: renderJson } as const;

interface ReportOptions extends DataOptions, WindowOptions, ConfigOption {
  readonly format?: keyof typeof FORMATS;
  readonly out?: string;
  readonly jaeger?: string;
}

/** `crawlscope report`: the weekly report. */
export const report: CliCommand<ReportOptions> = {
  usage: 'report',
  summary: 'Write the weekly report: the last complete ISO week unless another time is asked for.',
  example: 'crawlscope report --week 2026-W47 --format html --out report.html',
  configure(command: Command) {
    addWindowOptions(command);
    addConfigOption(command);
    command
      .addOption(
        new Option('--format <format>', 'md, html or json (default: by the name of --out, else md)').choices(
          Object.keys(FORMATS),
        ),
      )
      .option('--out <file>', 'write to a file instead of standard output')
      .addOption(new Option('--jaeger <url>', 'base URL of a Jaeger UI that traces are linked to').argParser(parseBaseUrl));
  },
  async run(io, options) {
    const { config } = await loadConfig(options);
    const targets = limitsOf(resolveRules(config.alerts));
    const store = await openIngested(options, io);
    try {
      const { window, note } = await chooseWindow(store, options);
      const skipped = await loadSkipped(store);
      const context = { store, window, nowUs: options.now, skipped, targets };
      const result = await buildReport(context, ANALYSES, note);
      const text = FORMATS[options.format ?? formatOf(options)](result, options);
      if (options.out === undefined) io.out(text);
      else await write(options.out, text);
      return 0;
    } finally {
      await store.close();
    }
  },
};

function formatOf(options: ReportOptions): keyof typeof FORMATS {
  if (options.json) return 'json';
  const extension = /\.(md|html|json)$/i.exec(options.out ?? '')?.[1]?.toLowerCase();
  return (extension ?? 'md') as keyof typeof FORMATS;
}

/** The report shows the limits that alerts use. */
function limitsOf(rules: readonly AlertRule[]): Record<string, NonNullable<Figure['target']>> {
  return Object.fromEntries(rules.map((rule) => [rule.id, { limit: rule.limit, direction: rule.direction }]));
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    const next = 'Give --out a file in a folder that exists and can be written to.';
    throw new CrawlscopeError('CANNOT_WRITE', `cannot write ${file}: ${errorMessage(error)}`, next, { cause: error });
  }
}

function parseBaseUrl(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new InvalidArgumentError('Give a URL such as http://localhost:16686.');
  return url.href;
}
