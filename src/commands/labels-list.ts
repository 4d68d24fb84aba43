import Table from 'cli-table3';
import { loadLabels, type Label } from '../analyses/labels.ts';
import { escapeTerminal } from '../report/escape.ts';
import { formatTime } from '../report/format.ts';
import { openIngested } from '../store/open.ts';
import type { CliCommand, DataOptions } from './command.ts';

/** `crawlscope labels list`: every label in force. */
export const labelsList: CliCommand<DataOptions> = {
  usage: 'labels list',
  summary: 'List the labels in force, oldest first.',
  example: 'crawlscope labels list --json',
  async run(io, options) {
    const store = await openIngested(options, io);
    try {
      const labels = await loadLabels(store);
      if (options.json) io.out(`${JSON.stringify(labels.map(toJson), null, 2)}\n`);
      else if (labels.length === 0) io.out('No labels yet: mark pages with mark-false-positive or mark-false-negative.\n');
      else io.out(`${renderLabels(labels, io.colors)}\n`);
      return 0;
    } finally {
      await store.close();
    }
  },
};

function renderLabels(labels: readonly Label[], colors: boolean): string {
  const table = new Table({
    head: ['id', 'marked (UTC)', 'verdict', 'url', 'was', 'should be', 'reason', 'by'],
    style: colors ? {} : { head: [], border: [] },
  });
  for (const label of labels) {
    const corrected = [label.correctedCategory, label.correctedTags?.join(', ')].filter(Boolean).join(': ');
    const cells = [
      label.id,
      formatTime(label.timeUs),
      label.verdict.replace('_', ' '),
      label.url,
      label.page?.category ?? '–',
      corrected || '–',
      label.reason ?? '–',
      label.correctedBy ?? '–',
    ];
    table.push(cells.map(escapeTerminal));
  }
  return table.toString();
}

function toJson(label: Label): object {
  return {
    id: label.id,
    created_at: new Date(label.timeUs / 1000).toISOString(),
    url: label.url,
    verdict: label.verdict,
    reason: label.reason,
    corrected_category: label.correctedCategory,
    corrected_tags: label.correctedTags,
    corrected_by: label.correctedBy,
    sampling_reason: label.samplingReason,
    trace_id: label.traceId,
    score: label.page?.score ?? null,
    category: label.page?.category ?? null,
    tags: label.page?.tags ?? null,
    model_version: label.page?.model_version ?? null,
  };
}
