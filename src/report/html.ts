import type { Figure, Section } from '../analyses/analysis.ts';
import { drawSparkline } from './chart.ts';
import { formatQuantity, formatTime } from './format.ts';
import { describeChange, goodClass, renderDetail, type HtmlOptions } from './html-details.ts';
import { html, type Html } from './html-tag.ts';
import { periodWords, type RenderOptions, STATUS_LABELS, titleOf } from './options.ts';
import type { Report } from './report.ts';
import { STYLE } from './style.ts';

/** Rows a table shows; fewer where the file would grow over its limit. */
const ROWS = [60, 25, 10, 4, 1];
const LIMIT_BYTES = 500_000;
const TILES = 8;

/** The report as one self-contained page: no script, no request, light and dark, for screens, phones and paper; under 500 KB. */
export function renderHtml(report: Report, options: RenderOptions = {}): string {
  let page = '';
  for (const rows of ROWS) {
    page = renderPage(report, { ...options, rows, words: periodWords(report) });
    if (Buffer.byteLength(page) < LIMIT_BYTES) break;
  }
  return page;
}

function renderPage(report: Report, options: HtmlOptions): string {
  const title = titleOf(report);
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${{ html: STYLE }}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="muted">
            <time datetime="${report.window.from}">${shortTime(report.window.from)}</time> to
            <time datetime="${report.window.to}">${shortTime(report.window.to)}</time> UTC
          </p>
          <p class="headline">${report.headline}</p>
        </header>
        <nav aria-label="Sections">
          <ul>
            ${orderSections(report.sections).map(renderLink)}
          </ul>
        </nav>
        <main>
          <section aria-label="At a glance">
            <ul class="tiles">
              ${pickFigures(report.sections).map(renderTile)}
            </ul>
          </section>
          ${orderSections(report.sections).map((section) => renderSection(section, options))}
        </main>
        <footer>
          <p class="muted">
            Written by crawlscope at ${shortTime(report.generated_at)} UTC. Each figure stands beside the same length of time just
            before, and the mean of the four before.
          </p>
        </footer>
      </body>
    </html> `;
  return page.html;
}

/** What to do comes first. */
function orderSections(sections: readonly Section[]): Section[] {
  return sections.toSorted((a, b) => Number(b.id === 'recommendations') - Number(a.id === 'recommendations'));
}

function renderLink(section: Section): Html {
  return html`<li>
    <a href="#${section.id}">${section.title}</a>
    <span class="dot ${section.status}" role="img" aria-label="${STATUS_LABELS[section.status]}"></span>
  </li>`;
}

function renderSection(section: Section, options: HtmlOptions): Html {
  return html`<section id="${section.id}" aria-labelledby="${section.id}-title">
    <h2 id="${section.id}-title">
      ${section.title} <span class="badge ${section.status}">${STATUS_LABELS[section.status]}</span>
    </h2>
    <p class="summary">${section.summary}</p>
    ${section.details.map((detail) => renderDetail(detail, options))}
  </section> `;
}

/** The figures that have a target, and the first of each section. */
function pickFigures(sections: readonly Section[]): Figure[] {
  const picked = sections.flatMap((section) =>
    section.details.flatMap((detail) =>
      detail.type === 'figures' ? detail.figures.filter((figure, index) => index === 0 || figure.target !== undefined) : [],
    ),
  );
  return picked.filter((figure) => figure.value !== null).slice(0, TILES);
}

function renderTile(figure: Figure): Html {
  const change = describeChange(figure);
  return html`<li>
    <span class="label">${figure.label}</span>
    <span class="value">${formatQuantity(figure.value, figure.unit)}</span>
    <span class="change ${goodClass(change?.good)}">${change?.text ?? 'nothing to compare'}</span
    >${drawSparkline(figure.trend ?? [], figure.unit)}
  </li> `;
}

function shortTime(iso: string): string {
  return formatTime(Date.parse(iso) * 1000);
}
