import type { Action, Cell, Column, Detail, Figure, Section } from '../analyses/analysis.ts';
import { escapeMarkdown, escapeMarkdownCode } from './escape.ts';
import { formatCell, formatQuantity, MISSING } from './format.ts';
import {
  describeTarget,
  periodWords,
  type PeriodWords,
  type RenderOptions,
  STATUS_LABELS,
  titleOf,
  traceUrl,
} from './options.ts';
import type { Report } from './report.ts';

const BLOCKS = '▁▂▃▄▅▆▇█';

/** The report as GitHub-flavoured Markdown. */
export function renderMarkdown(report: Report, options: RenderOptions = {}): string {
  const head = [`# ${titleOf(report)}`, escapeMarkdown(report.headline)];
  const words = periodWords(report);
  const body = report.sections.flatMap((section) => renderSection(section, options, words));
  return `${[...head, ...body].join('\n\n')}\n`;
}

function renderSection(section: Section, options: RenderOptions, words: PeriodWords): string[] {
  const summary = `**${STATUS_LABELS[section.status]}.** ${escapeMarkdown(section.summary)}`;
  return [
    `## ${escapeMarkdown(section.title)}`,
    summary,
    ...section.details.map((detail) => renderDetail(detail, options, words)).filter(Boolean),
  ];
}

function renderDetail(detail: Detail, options: RenderOptions, words: PeriodWords): string {
  switch (detail.type) {
    case 'figures':
      return renderFigures(detail.figures, words);
    case 'table':
      return [`### ${escapeMarkdown(detail.title)}`, renderTable(detail.columns, detail.rows, options)].join('\n\n');
    case 'series':
      return renderSeries(detail, options);
    case 'actions':
      return detail.actions.map(renderAction).join('\n');
    case 'text':
      return escapeMarkdown(detail.text);
  }
}

function renderFigures(figures: readonly Figure[], words: PeriodWords): string {
  const rows = figures.map((figure) => [
    escapeMarkdown(figure.label),
    ...[figure.value, figure.previous, figure.average].map((value) => formatQuantity(value, figure.unit)),
    describeTarget(figure),
    sparkline(figure.trend ?? []),
  ]);
  const head = ['Figure', words.now, words.before, words.average, 'Target', 'Trend'];
  return writeTable(head, ['---', '---:', '---:', '---:', '---', '---'], rows);
}

function renderTable(columns: readonly Column[], rows: readonly (readonly Cell[])[], options: RenderOptions): string {
  if (rows.length === 0) return 'None.';
  return writeTable(
    columns.map((column) => escapeMarkdown(column.label)),
    columns.map((column) => (isText(column.type) ? '---' : '---:')),
    rows.map((row) => columns.map((column, index) => renderCell(row[index] ?? null, column.type, options))),
  );
}

function renderSeries(detail: Extract<Detail, { type: 'series' }>, options: RenderOptions): string {
  const columns = [
    { id: 'x', label: '', type: 'text' },
    ...detail.series.map((series, index) => ({ id: String(index), label: series.name, type: 'text' }) as const),
  ] as const;
  const rows = detail.x.map((x, index) => [
    x,
    ...detail.series.map((series) => formatQuantity(series.values[index], detail.unit)),
  ]);
  return [`### ${escapeMarkdown(detail.title)}`, renderTable(columns, rows, options)].join('\n\n');
}

function renderAction(action: Action): string {
  const command = action.command ? ` ${escapeMarkdownCode(action.command)}` : '';
  return `- **${action.severity}**: ${escapeMarkdown(action.evidence)}. ${escapeMarkdown(action.action)}${command}`;
}

function renderCell(cell: Cell, type: Column['type'], options: RenderOptions): string {
  const text = formatCell(cell, type);
  if (typeof cell !== 'string') return text;
  if (type !== 'trace' && type !== 'url') return escapeMarkdown(text);
  const link = type === 'trace' ? traceUrl(text, options) : undefined;
  return link ? `[${escapeMarkdownCode(text)}](<${link}>)` : escapeMarkdownCode(text);
}

function writeTable(head: readonly string[], rule: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function sparkline(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return MISSING;
  const low = Math.min(...known);
  const range = Math.max(...known) - low;
  const level = (value: number): number => (range === 0 ? 3 : Math.round(((value - low) / range) * (BLOCKS.length - 1)));
  return values.map((value) => (value === null ? '·' : BLOCKS[level(value)])).join('');
}

function isText(type: Column['type']): boolean {
  return type === 'text' || type === 'url' || type === 'trace';
}
