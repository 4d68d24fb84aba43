import { findClassified, recordLabel, type Mark } from '../analyses/label-record.ts';
import { samplingReason } from '../analyses/label-suggestions.ts';
import { findPage } from '../analyses/page-lookup.ts';
import { CrawlscopeError } from '../errors.ts';
import { escapeTerminal } from '../report/escape.ts';
import { formatTime } from '../report/format.ts';
import type { Verdict } from '../semconv.ts';
import { openIngested } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import type { Row } from '../store/tables.ts';
import { listCategories } from './category.ts';
import type { CliCommand, DataOptions, ExitCode, Io } from './command.ts';
import { confirm } from './confirm.ts';
import { notOne } from './page-argument.ts';

/** The options of both commands that mark a page. */
export interface MarkOptions extends DataOptions {
  readonly url: string;
  readonly reason: string;
  readonly category?: string;
  readonly tags?: string;
  readonly by?: string;
  readonly yes?: boolean;
}

const WEEK_US = 7 * 86_400_000_000;

/** The command that marks a page with one of the verdicts. */
export function markCommand(verdict: Verdict, texts: Pick<CliCommand, 'usage' | 'summary' | 'example'>): CliCommand<MarkOptions> {
  return {
    ...texts,
    configure(command) {
      command
        .requiredOption('--url <url>', 'the page: its URL, a part of it, or a trace id')
        .requiredOption('--reason <text>', 'why it is wrong')
        .option('--category <name>', 'the right category')
        .option('--tags <list>', 'the right tags, comma-separated')
        .option('--by <name>', 'who says so')
        .option('--yes', 'do not ask for confirmation (nor does it ask where input is not a terminal)');
    },
    run: (io, options) => markPage(io, verdict, options),
  };
}

async function markPage(io: Io, verdict: Verdict, options: MarkOptions): Promise<ExitCode> {
  const reason = required(options.reason);
  const store = await openIngested(options, io);
  try {
    const lookup = await findPage(store, options.url);
    if (lookup.kind !== 'found') throw notOne(options.url, lookup);
    const page = await findClassified(store, lookup);
    const mark: Mark = {
      verdict,
      reason,
      category: options.category?.trim() || null,
      tags: options.tags === undefined ? null : splitList(options.tags),
      by: options.by?.trim() || null,
      samplingReason: await findSamplingReason(store, page),
      timeUs: options.now,
    };
    io.err(describePage(page));
    await warnOfNewCategory(io, store, mark.category);
    if (options.yes !== true && !(await confirm(`Mark this page as a ${verdict.replace('_', ' ')}?`))) {
      io.err('nothing was recorded\n');
      return 1;
    }
    const id = await recordLabel(options.data, page, mark);
    const undo = `crawlscope labels undo ${id}`;
    if (options.json) io.out(`${JSON.stringify({ id, ...describeMark(page, mark), undo }, null, 2)}\n`);
    else io.out(`Recorded label ${id}. To take it back: ${undo}\n`);
    return 0;
  } finally {
    await store.close();
  }
}

function describeMark(page: Row<'pages'>, mark: Mark): object {
  return {
    url: page.url,
    trace_id: page.trace_id,
    verdict: mark.verdict,
    reason: mark.reason,
    corrected_category: mark.category,
    corrected_tags: mark.tags,
    corrected_by: mark.by,
    sampling_reason: mark.samplingReason,
    score: page.score,
    category: page.category,
    tags: page.tags,
    model_version: page.model_version,
  };
}

function required(reason: string): string {
  const text = reason.trim();
  if (text !== '') return text;
  throw new CrawlscopeError('NO_REASON', 'the reason is empty', 'Say with --reason why the page is wrong.');
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean);
}

/** Kept with the label: a label on a suggested page says something else about the rest than one on a page met by chance. */
async function findSamplingReason(store: Store, page: Row<'pages'>): Promise<string | null> {
  if (page.trace_id === null || page.start_us === null) return null;
  const window = { fromUs: page.start_us - WEEK_US + 1, toUs: page.start_us + 1 };
  return samplingReason(store, window, page.trace_id);
}

function describePage(page: Row<'pages'>): string {
  const tags = (page.tags ?? []).map((tag, at) => {
    const score = page.tag_scores?.[at];
    return score === undefined ? tag : `${tag} (${score})`;
  });
  const passed = page.threshold_passed === null ? '' : page.threshold_passed ? ', passed' : ', rejected';
  const lines: [string, string][] = [
    ['url', page.url ?? 'unknown'],
    ['visited', `${formatTime(page.start_us ?? 0)} UTC (trace ${page.trace_id})`],
    ['score', `${page.score ?? 'unknown'} (threshold ${page.threshold ?? 'unknown'}${passed})`],
    ['category', page.category ?? 'unknown'],
    ['tags', tags.join(', ') || 'none'],
    ['model', page.model_version ?? 'unknown'],
  ];
  return lines.map(([name, value]) => `  ${name.padEnd(9)} ${escapeTerminal(value)}\n`).join('');
}

async function warnOfNewCategory(io: Io, store: Store, category: string | null): Promise<void> {
  if (category === null) return;
  const known = await listCategories(store);
  if (!known.includes(category)) {
    io.err(`note: no page has the category "${escapeTerminal(category)}" yet; known are ${escapeTerminal(known.join(', '))}\n`);
  }
}
