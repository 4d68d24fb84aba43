import type { Action, Cell, Column, Detail, Figure } from '../analyses/analysis.ts';
import { drawChart, drawSparkline } from './chart.ts';
import { formatCell, formatQuantity } from './format.ts';
import { html, type Html } from './html-tag.ts';
import { describeTarget, type PeriodWords, type RenderOptions, traceUrl } from './options.ts';

/** Options of the HTML details: how much of a table is shown. */
export interface HtmlOptions extends RenderOptions {
  readonly rows: number;
  readonly words: PeriodWords;
}

const LONGEST_TEXT = 240;
const TRACE_SHOWN = 12;
const SEVERITY_CLASSES = { high: 'alert', medium: 'warning', low: 'ok' } as const;

/** One detail of a section as HTML. */
export function renderDetail(detail: Detail, options: HtmlOptions): Html {
  switch (detail.type) {
    case 'figures':
      return renderFigures(detail.figures, options.words);
    case 'table':
      return html`<h3>${detail.title}</h3>
        ${renderTable(detail.title, detail.columns, detail.rows, options)}`;
    case 'series':
      return renderSeries(detail, options);
    case 'actions':
      return (
        (detail.actions.length > 0 &&
          html`<ol class="actions">
            ${detail.actions.map(renderAction)}
          </ol>`) ||
        html``
      );
    case 'text':
      return html`<p>${detail.text}</p>`;
  }
}

/** How a figure moved against the time before, in words that need no colour; null where that is unknown. */
export function describeChange(figure: Figure): { readonly text: string; readonly good: boolean | undefined } | null {
  const { value, previous, unit, target } = figure;
  if (value === null || previous === null) return null;
  const difference = value - previous;
  const relative = unit === '1' ? difference : difference / Math.abs(previous || 1);
  const percent = `${(Math.abs(relative) * 100).toFixed(1)} ${unit === '1' ? 'points' : '%'}`;
  const size = unit !== '1' && relative >= 2 && previous > 0 ? `×${(value / previous).toFixed(1)}` : percent;
  if (Math.abs(relative) < 0.0005) return { text: 'unchanged', good: undefined };
  const good = target === undefined ? undefined : (target.direction === 'above') === difference < 0;
  return { text: `${difference > 0 ? '▲' : '▼'} ${size}`, good };
}

function renderFigures(figures: readonly Figure[], words: PeriodWords): Html {
  const rows = figures.map((figure) => {
    const change = describeChange(figure);
    return html`<tr>
      <th scope="row">${figure.label}</th>
      <td class="n now" data-label="${words.now}">${formatQuantity(figure.value, figure.unit)}</td>
      <td class="n" data-label="${words.before}">${formatQuantity(figure.previous, figure.unit)}</td>
      <td class="n ${goodClass(change?.good)}" data-label="Change">${change?.text ?? '–'}</td>
      <td class="n" data-label="${words.average}">${formatQuantity(figure.average, figure.unit)}</td>
      <td class="n" data-label="Target">${describeTarget(figure)}</td>
      <td data-label="Trend">${drawSparkline(figure.trend ?? [], figure.unit)}</td>
    </tr>`;
  });
  const head = ['Figure', words.now, words.before, 'Change', words.average, 'Target', 'Trend'];
  return html`<table class="figures">
    <thead>
      <tr>
        ${head.map((label, index) => html`<th scope="col" ${index > 0 && index < 6 && html` class="n"`}>${label}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function renderTable(title: string, columns: readonly Column[], rows: readonly (readonly Cell[])[], options: HtmlOptions): Html {
  if (rows.length === 0) return html`<p class="muted">None.</p>`;
  const more = rows.length - options.rows;
  const head = columns.map((column) => html`<th scope="col" ${isNumber(column) && html` class="n"`}>${column.label}</th>`);
  const body = rows.slice(0, options.rows).map(
    (row) =>
      html`<tr>
        ${columns.map((column, index) => renderCell(row[index] ?? null, column, options))}
      </tr> `,
  );
  return html`<div class="scroll" role="region" aria-label="${title}" tabindex="0">
      <table>
        <thead>
          <tr>
            ${head}
          </tr>
        </thead>
        <tbody>
          ${body}
        </tbody>
      </table>
    </div>
    ${more > 0 && html`<p class="muted">${more} more rows are in the JSON report.</p>`}`;
}

function renderSeries(detail: Extract<Detail, { type: 'series' }>, options: HtmlOptions): Html {
  const columns: Column[] = [
    { id: 'x', label: 'At', type: 'text' },
    ...detail.series.map((series, index) => ({ id: String(index), label: series.name, type: 'number' }) as const),
  ];
  const rows = detail.x.map((x, index) => [
    x,
    ...detail.series.map((series) => formatQuantity(series.values[index], detail.unit)),
  ]);
  return html`<h3>${detail.title}</h3>
    <figure>${drawChart(detail)}</figure>
    <details>
      <summary>The numbers</summary>
      ${renderTable(`${detail.title}: the numbers`, columns, rows, options)}
    </details>`;
}

function renderAction(action: Action): Html {
  return html`<li>
    <span class="badge ${SEVERITY_CLASSES[action.severity]}">${action.severity}</span>
    <p><strong>${action.evidence}.</strong> ${action.action}</p>
    ${action.command !== null && html`<pre><code>${action.command}</code></pre>`}
  </li>`;
}

function renderCell(cell: Cell, column: Column, options: HtmlOptions): Html {
  const full = formatCell(cell, column.type);
  const text = full.length > LONGEST_TEXT ? `${full.slice(0, LONGEST_TEXT)}…` : full;
  if (cell !== null && column.type === 'trace') {
    const link = traceUrl(text, options);
    const code = html`<code title="${text}">${text.slice(0, TRACE_SHOWN)}</code>`;
    return link ? html`<td><a href="${link}" rel="noreferrer">${code}</a></td>` : html`<td>${code}</td>`;
  }
  if (typeof cell === 'number' && column.type === 'ratio') {
    const width = Math.round(Math.min(Math.max(cell, 0), 1) * 100);
    return html`<td class="n ratio"><span style="--share:${width}%">${text}</span></td>`;
  }
  return html`<td${isNumber(column) && html` class="n"`}>${text}</td>`;
}

function isNumber(column: Column): boolean {
  return !['text', 'url', 'trace'].includes(column.type);
}

/** The class of a change for the better or the worse. */
export function goodClass(good: boolean | undefined): string {
  return good === undefined ? '' : good ? 'good' : 'bad';
}
