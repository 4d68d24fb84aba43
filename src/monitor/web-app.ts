import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Window } from '../analyses/analysis.ts';
import { ANALYSES } from '../analyses/list.ts';
import { findPage } from '../analyses/page-lookup.ts';
import { CrawlscopeError } from '../errors.ts';
import { renderHtml } from '../report/html.ts';
import { html } from '../report/html-tag.ts';
import { buildReport } from '../report/report.ts';
import type { Store } from '../store/store.ts';
import { type Guard, setHeaders } from './web-guard.ts';
import { layout, WEB_STYLE } from './web-layout.ts';
import { markPage } from './web-mark.ts';
import { homeBody, OWN_TRACES, searchBody, sectionBody, tracePage } from './web-pages.ts';

/** What the web view works on. */
export interface WebOptions {
  readonly guard: Guard;
  /** Folder that marks are written to. */
  readonly data: string;
  /** Microseconds since the Unix epoch. */
  readonly now: () => number;
  /** Runs `work` with the store, brought up to date; one at a time. */
  readonly withStore: <T>(work: (store: Store) => Promise<T>) => Promise<T>;
  readonly chooseWindow: (store: Store) => Promise<{ readonly window: Window; readonly note: string }>;
}

const LONGEST_BODY = 64 * 1024;
/** The report is one file with its style inside. */
const REPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
type Reply = Response | Promise<Response>;

/** The web view as a Hono application. */
export function createWebApp({ guard, data, now, withStore, chooseWindow }: WebOptions): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    setHeaders(c);
    await next();
  });
  app.use(bodyLimit({ maxSize: LONGEST_BODY, onError: (c) => c.text('That is too long.', 413) }));
  app.use(guard.middleware);
  app.get('/style.css', (c) => c.body(WEB_STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/', async (c) => c.html(layout('Pages', '', await withStore(homeBody))));
  app.get('/search', (c) => withStore((store) => search(c, store)));
  app.get('/trace/:id', async (c) => {
    const { title, body } = await withStore((store) => tracePage(store, c.req.param('id'), guard.formToken));
    return c.html(layout(title, title, body));
  });
  app.post('/trace/:id/mark', async (c) => {
    const fields = await c.req.parseBody();
    const id = c.req.param('id');
    await withStore((store) => markPage(store, data, id, fields, now()));
    return c.redirect(`/trace/${encodeURIComponent(id)}#marks`, 303);
  });
  app.get('/section/:id', async (c) => {
    const analysis = ANALYSES.find(({ id }) => id === c.req.param('id'));
    if (analysis === undefined) throw new CrawlscopeError('UNKNOWN_SECTION', 'there is no such view', 'Choose one above.');
    const body = await withStore(async (store) => {
      const { window, note } = await chooseWindow(store);
      return sectionBody(store, analysis, window, note, now());
    });
    return c.html(layout(analysis.title, '', body));
  });
  app.get('/report', async (c) => {
    const report = await withStore(async (store) => {
      const { window, note } = await chooseWindow(store);
      return buildReport({ store, window, nowUs: now() }, ANALYSES, note);
    });
    c.header('content-security-policy', REPORT_POLICY);
    return c.html(renderHtml(report, OWN_TRACES));
  });
  app.notFound((c) => failure(c, 404, 'There is no such page', 'Choose one above.'));
  app.onError((error, c) => {
    if (error instanceof CrawlscopeError)
      return failure(c, error.code.startsWith('UNKNOWN_') ? 404 : 400, error.message, error.nextStep);
    return failure(c, 500, 'The view failed', error.message);
  });
  return app;
}

async function search(c: Context, store: Store): Promise<Response> {
  const query = c.req.query('q') ?? '';
  const lookup = await findPage(store, query.slice(0, 4000));
  const newest = lookup.kind === 'found' ? lookup.visits[0] : undefined;
  if (newest !== undefined) return c.redirect(`/trace/${newest.traceId}`, 303);
  if (lookup.kind === 'found') return c.redirect('/', 303);
  return c.html(layout('Search', query, await searchBody(store, query, lookup)), lookup.kind === 'unknown' ? 404 : 200);
}

function failure(c: Context, status: 400 | 404 | 500, title: string, text: string): Reply {
  return c.html(
    layout(
      title,
      '',
      html`<section>
        <h1>${title}</h1>
        <p>${text}</p>
      </section>`,
    ),
    status,
  );
}
