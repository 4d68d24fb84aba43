import type { Analysis, Window } from '../analyses/analysis.ts';
import { loadLabels } from '../analyses/labels.ts';
import type { Lookup } from '../analyses/page-lookup.ts';
import { readTrace } from '../analyses/trace.ts';
import { CrawlscopeError } from '../errors.ts';
import { formatDuration, formatTime } from '../report/format.ts';
import { renderDetail } from '../report/html-details.ts';
import { type Html, html } from '../report/html-tag.ts';
import { periodWords, STATUS_LABELS } from '../report/options.ts';
import { buildReport } from '../report/report.ts';
import { dialectOf } from '../store/dialect.ts';
import type { Store } from '../store/store.ts';
import type { Row } from '../store/tables.ts';
import { pageList } from './web-layout.ts';
import { traceBody } from './web-trace.ts';

/** Trace ids become links to the view's own pages. */
export const OWN_TRACES = { jaeger: '' };
const NEWEST = 30;
const ROWS = 200;

/** The newest pages. */
export async function homeBody(store: Store): Promise<Html> {
  const pages = await store.query<Pick<Row<'pages'>, 'trace_id' | 'url' | 'outcome' | 'error_type' | 'start_us' | 'duration_ms'>>(
    `SELECT trace_id, url, outcome, error_type, start_us, duration_ms FROM pages ORDER BY start_us DESC, trace_id LIMIT ${NEWEST}`,
  );
  const listed = pages.map((page) => ({
    traceId: page.trace_id ?? '',
    url: page.url ?? '',
    note: `${page.outcome} ${page.error_type ?? ''} ${formatDuration(page.duration_ms ?? 0)}, ${formatTime(page.start_us ?? 0)} UTC`,
  }));
  return html`<section>
    <h1>Newest pages</h1>
    ${listed.length > 0 ? pageList(listed) : html`<p>There are no pages yet.</p>`}
  </section>`;
}

/** What a search found, where that is not one page. */
export async function searchBody(store: Store, query: string, lookup: Exclude<Lookup, { kind: 'found' }>): Promise<Html> {
  const urls = lookup.kind === 'ambiguous' ? lookup.candidates : lookup.near;
  const title = lookup.kind === 'ambiguous' ? `${lookup.total} pages match` : 'No page matches';
  const listed = urls.map((url) => html`<li><a href="/search?q=${encodeURIComponent(url)}">${url}</a></li> `);
  const near = lookup.kind === 'unknown' && urls.length > 0 ? html`<p>Near it:</p>` : null;
  return html`<section>
    <h1>${title}</h1>
    <p>${query}</p>
    ${near}
    <ul class="pages">
      ${listed}
    </ul>
  </section>`;
}

/** One URL's way, its marks and the form. */
export async function tracePage(store: Store, traceId: string, formToken: string): Promise<{ title: string; body: Html }> {
  const trace = await readTrace(store, traceId);
  if (trace.attempts.length === 0)
    throw new CrawlscopeError('UNKNOWN_TRACE', `there is no trace ${traceId}`, 'Search for its URL.');
  const [page] = await store.query<Row<'pages'>>(
    `SELECT * FROM pages WHERE ${dialectOf(store).isId('trace_id', '$traceId')} AND category IS NOT NULL ORDER BY start_us DESC LIMIT 1`,
    { traceId },
  );
  const labels = (await loadLabels(store)).filter((label) => label.traceId === traceId);
  const rows = await store.query<{ category: string }>(
    'SELECT DISTINCT category FROM pages WHERE category IS NOT NULL ORDER BY category LIMIT 500',
  );
  const categories = rows.map((row) => row.category);
  return { title: trace.url ?? traceId, body: traceBody({ trace, page: page ?? null, labels, categories, formToken }) };
}

/** One question of the report, with more rows than the report shows. */
export async function sectionBody(store: Store, analysis: Analysis, window: Window, note: string, nowUs: number): Promise<Html> {
  const report = await buildReport({ store, window, nowUs }, [analysis], note);
  const options = { ...OWN_TRACES, rows: ROWS, words: periodWords(report) };
  const period = `${formatTime(window.fromUs)} to ${formatTime(window.toUs)} UTC`;
  return html`${report.sections
    .filter(
      (section) =>
        section.id !== 'recommendations' ||
        section.details.some((detail) => detail.type === 'actions' && detail.actions.length > 0),
    )
    .map(
      (section) =>
        html`<section>
          <h1>${section.title} <span class="badge ${section.status}">${STATUS_LABELS[section.status]}</span></h1>
          <p class="summary">${section.summary}</p>
          ${note && html`<p class="muted">${note}</p>`}
          <h2>${period}</h2>
          ${section.details.map((detail) => renderDetail(detail, options))}
        </section> `,
    )}`;
}
