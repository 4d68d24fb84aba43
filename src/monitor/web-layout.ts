import { ANALYSES } from '../analyses/list.ts';
import { type Html, html } from '../report/html-tag.ts';
import { STYLE } from '../report/style.ts';

/** The style sheet of the web view: the report's, and what only the view has. */
export const WEB_STYLE = `${STYLE}
form.search { display: flex; gap: 0.5rem; margin: 1rem 0; } form.search input { flex: 1; min-width: 0; }
input, button, select, textarea { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 0.4rem; padding: 0.4rem 0.6rem; }
button { cursor: pointer; border-color: var(--accent); color: var(--accent); }
form.mark { display: grid; gap: 0.6rem; max-width: 36rem; } form.mark fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; } form.mark label { display: grid; gap: 0.2rem; } form.mark fieldset label { display: inline; }
h1 { overflow-wrap: anywhere; } dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.15rem 1rem; } dd { margin: 0; overflow-wrap: anywhere; }
svg.bar { width: 15rem; height: 0.9rem; background: var(--page); border-radius: 3px; } svg.bar rect { fill: var(--ok); } svg.bar rect.error { fill: var(--alert); }
ul.pages { padding-left: 1.1rem; } ul.pages li { overflow-wrap: anywhere; }
`;

/** A page of the web view. */
export function layout(title: string, query: string, body: Html): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} - crawlscope</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <nav aria-label="Views">
          <ul>
            <li><a href="/">Pages</a></li>
            ${ANALYSES.map(({ id, title: name }) => html`<li><a href="/section/${id}">${name}</a></li> `)}
            <li><a href="/report">Report</a></li>
          </ul>
        </nav>
        <form class="search" action="/search" role="search">
          <input
            name="q"
            value="${query}"
            aria-label="URL, a part of it, or a trace id"
            placeholder="URL, a part of it, or a trace id"
            maxlength="4000"
            required
          />
          <button>Search</button>
        </form>
        <main>${body}</main>
      </body>
    </html>`;
  return page.html;
}

/** Pages as a list of links to their traces. */
export function pageList(pages: readonly { readonly traceId: string; readonly url: string; readonly note: string }[]): Html {
  return html`<ul class="pages">
    ${pages.map((page) => html`<li><a href="/trace/${page.traceId}">${page.url || page.traceId}</a> <span class="muted">${page.note}</span></li> `)}
  </ul>`;
}
