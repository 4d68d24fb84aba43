import type { Cell, Detail } from '../analyses/analysis.ts';
import { formatCell, formatQuantity } from './format.ts';
import { html, type Html } from './html-tag.ts';

const SPARK = { width: 96, height: 26, margin: 3 };
const PLOT = { width: 640, height: 220, left: 64, right: 12, top: 10, bottom: 26 };
const TICKS = 4;
const X_LABELS = 7;

/** A word-sized line; the last point is marked. Nothing where fewer than two values are known. */
export function drawSparkline(values: readonly (number | null)[], unit: string): Html {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return html``;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const { width, height, margin } = SPARK;
  const x = (index: number): number => margin + (index / (values.length - 1)) * (width - 2 * margin);
  const y = (value: number): number =>
    high === low ? height / 2 : margin + ((high - value) / (high - low)) * (height - 2 * margin);
  const last = values.findLastIndex((value) => value !== null);
  const label = `Trend: ${values.map((value) => formatQuantity(value, unit)).join(', ')}`;
  return html`<svg
    class="spark"
    role="img"
    aria-label="${label}"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
  >
    <path d="${linePath(values, x, y)}" />
    <circle cx="${round(x(last))}" cy="${round(y(values[last] ?? 0))}" r="2.5" />
  </svg>`;
}

/** A line chart with axes and a legend; the numbers themselves belong in a table beside it. */
export function drawChart(detail: Extract<Detail, { type: 'series' }>): Html {
  const known = detail.series.flatMap((series) => series.values.filter((value) => value !== null));
  if (known.length === 0) return html``;
  const ticks = niceTicks(Math.min(0, ...known), Math.max(...known));
  const [low = 0, high = 1] = [ticks[0], ticks.at(-1)];
  const { width, height, left, right, top, bottom } = PLOT;
  const x = (index: number): number => left + (index / Math.max(detail.x.length - 1, 1)) * (width - left - right);
  const y = (value: number): number => top + ((high - value) / (high - low || 1)) * (height - top - bottom);
  return html`<svg class="chart" role="img" aria-label="${detail.title}" viewBox="0 0 ${width} ${height}">
      ${ticks.map(
        (tick) =>
          html`<line class="grid" x1="${left}" x2="${width - right}" y1="${round(y(tick))}" y2="${round(y(tick))}" />
            <text x="${left - 8}" y="${round(y(tick) + 4)}" text-anchor="end">${formatQuantity(tick, detail.unit)}</text>`,
      )}
      ${pickLabels(detail.x).map(([index, text]) => html`<text x="${round(x(index))}" y="${height - 6}" text-anchor="middle">${text}</text>`)}
      ${(detail.marks ?? []).map(
        ({ at, label }) =>
          html`<line class="mark" x1="${round(x(at))}" x2="${round(x(at))}" y1="${top}" y2="${height - bottom}" />
            <text x="${round(x(at) - 4)}" y="${top + 10}" text-anchor="end">${label}</text>`,
      )}
      ${detail.series.map((series, index) => html`<path class="line s${index % 4}" d="${linePath(series.values, x, y)}" />`)}
    </svg>
    <p class="legend">${detail.series.map((series, index) => html`<span class="s${index % 4}">${series.name}</span> `)}</p>`;
}

/** A gap in the values is a gap in the line. */
function linePath(values: readonly (number | null)[], x: (index: number) => number, y: (value: number) => number): string {
  return values
    .map((value, index) => {
      if (value === null) return '';
      const start = index === 0 || values[index - 1] === null || values[index - 1] === undefined;
      return `${start ? 'M' : 'L'}${round(x(index))} ${round(y(value))}`;
    })
    .join('');
}

function niceTicks(low: number, high: number): number[] {
  const rough = (high - low || Math.abs(high) || 1) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const first = Math.floor(low / step);
  const count = Math.ceil(high / step - 1e-9) - first;
  return Array.from({ length: Math.max(count, 1) + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

function pickLabels(cells: readonly Cell[]): (readonly [number, string])[] {
  const every = Math.max(1, Math.ceil(cells.length / X_LABELS));
  return cells.flatMap((cell, index) => (index % every === 0 ? [[index, formatCell(cell, 'text')] as const] : []));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
