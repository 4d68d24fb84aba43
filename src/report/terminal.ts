import Table from 'cli-table3';
import type { Action, Cell, Column, Detail, Section } from '../analyses/analysis.ts';
import { escapeTerminal } from './escape.ts';
import { formatCell, formatQuantity } from './format.ts';

/** A section as text for a terminal: the summary first, then its tables. */
export function renderSection(section: Section, colors: boolean): string {
  const parts = [`${section.title}: ${section.status}`, escapeTerminal(section.summary)];
  return `${[...parts, ...section.details.map((detail) => renderDetail(detail, colors))].join('\n\n')}\n`;
}

function renderDetail(detail: Detail, colors: boolean): string {
  switch (detail.type) {
    case 'text':
      return escapeTerminal(detail.text);
    case 'table':
      return `${escapeTerminal(detail.title)}\n${renderTable(detail.columns, detail.rows, colors)}`;
    case 'series':
      return `${escapeTerminal(detail.title)}\n${renderSeries(detail, colors)}`;
    case 'figures':
      return detail.figures
        .map((figure) => {
          const previous = figure.previous === null ? '' : ` (before: ${formatQuantity(figure.previous, figure.unit)})`;
          return `${figure.label}: ${formatQuantity(figure.value, figure.unit)}${previous}`;
        })
        .join('\n');
    case 'actions':
      return detail.actions.map(renderAction).join('\n');
  }
}

function renderTable(columns: readonly Column[], rows: readonly (readonly Cell[])[], colors: boolean): string {
  const table = new Table({
    head: columns.map((column) => column.label),
    colAligns: columns.map((column) => (['text', 'url', 'trace', 'time_us'].includes(column.type) ? 'left' : 'right')),
    style: colors ? {} : { head: [], border: [] },
  });
  for (const row of rows) {
    table.push(row.map((cell, at) => escapeTerminal(formatCell(cell, columns[at]?.type ?? 'text'))));
  }
  return table.toString();
}

function renderSeries(detail: Extract<Detail, { type: 'series' }>, colors: boolean): string {
  const columns: Column[] = [
    { id: 'x', label: '', type: 'number' },
    ...detail.series.map(({ name }): Column => ({
      id: name,
      label: escapeTerminal(name),
      type: detail.unit === '1' ? 'ratio' : 'number',
    })),
  ];
  const rows = detail.x.map((x, at) => [x, ...detail.series.map(({ values }) => values[at] ?? null)]);
  return renderTable(columns, rows, colors);
}

function renderAction({ severity, evidence, action, command }: Action): string {
  return escapeTerminal(`${severity}: ${evidence} ${action}`) + (command === null ? '' : `\n  ${escapeTerminal(command)}`);
}
