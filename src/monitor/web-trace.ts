import type { Label } from '../analyses/labels.ts';
import type { Trace, TraceAttempt, TraceSpan } from '../analyses/trace.ts';
import { formatDuration, formatTime } from '../report/format.ts';
import { type Html, html } from '../report/html-tag.ts';
import type { Row } from '../store/tables.ts';
import { attributeText } from './attribute-text.ts';

/** What the page of a trace shows. */
export interface TraceView {
  readonly trace: Trace;
  readonly page: Row<'pages'> | null;
  readonly labels: readonly Label[];
  readonly categories: readonly string[];
  readonly formToken: string;
}

const BAR = 240;

/** One URL's way through the pipeline, what was made of it, and the form to mark it. */
export function traceBody(view: TraceView): Html {
  const { trace, page, labels } = view;
  return html`<section>
      <h1>${trace.url ?? '(no URL)'}</h1>
      <p class="muted">trace <code>${trace.trace_id}</code></p>
      ${page && facts(page)}
    </section>
    ${trace.attempts.map(attemptSection)}
    <section aria-labelledby="marks">
      <h2 id="marks">Marks</h2>
      ${
        labels.length === 0
          ? html`<p>Nobody has marked this page.</p>`
          : html`<ul>
              ${labels.map(labelItem)}
            </ul>`
      }
      ${page ? markForm(view, page) : html`<p class="muted">It was not classified, so there is nothing to correct.</p>`}
    </section>`;
}

function facts(page: Row<'pages'>): Html {
  const passed = page.threshold_passed === null ? '' : page.threshold_passed ? ', passed' : ', rejected';
  const rows: readonly (readonly [string, string])[] = [
    ['category', page.category ?? 'unknown'],
    ['score', `${page.score ?? 'unknown'} (threshold ${page.threshold ?? 'unknown'}${passed})`],
    ['tags', (page.tags ?? []).join(', ') || 'none'],
    ['model', page.model_version ?? 'unknown'],
    ['text', page.length === null ? 'unknown' : `${page.length} characters`],
  ];
  return html`<dl>
    ${rows.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd> `,
    )}
  </dl>`;
}

function attemptSection(attempt: TraceAttempt): Html {
  const startMs = Date.parse(attempt.start);
  const total = Math.max(
    attempt.duration_ms,
    ...attempt.spans.map((span) => Date.parse(span.start) - startMs + span.duration_ms),
    0.001,
  );
  const status = attempt.outcome === 'ok' ? 'ok' : attempt.outcome === 'failed' ? 'alert' : 'warning';
  return html`<section>
    <h2>Attempt ${attempt.retry} <span class="badge ${status}">${attempt.outcome} ${attempt.error_type}</span></h2>
    <p class="muted">${formatTime(startMs * 1000)} UTC, ${formatDuration(attempt.duration_ms)}</p>
    <div class="scroll" role="region" aria-label="Stages of attempt ${attempt.retry}" tabindex="0">
      <table>
        <thead>
          <tr>
            <th>stage</th>
            <th>when</th>
            <th class="n">took</th>
            <th>status</th>
          </tr>
        </thead>
        <tbody>
          ${attempt.spans.map((span) => spanRow(span, startMs, total))}
        </tbody>
      </table>
    </div>
    ${attempt.spans.flatMap((span) => span.events.map((event) => eventBlock(span, event)))}
  </section>`;
}

function spanRow(span: TraceSpan, startMs: number, total: number): Html {
  const x = (Math.max(Date.parse(span.start) - startMs, 0) / total) * BAR;
  const width = Math.max((span.duration_ms / total) * BAR, 2);
  const state = span.status === 'error' ? 'error' : '';
  return html`<tr>
    <th scope="row">${span.name}</th>
    <td>
      <svg class="bar" viewBox="0 0 ${BAR} 14" preserveAspectRatio="none" aria-hidden="true">
        <rect class="${state}" x="${Math.min(x, BAR - 2).toFixed(1)}" y="2" width="${width.toFixed(1)}" height="10" />
      </svg>
    </td>
    <td class="n">${formatDuration(span.duration_ms)}</td>
    <td>${span.status === 'error' ? `error ${span.error_type ?? ''}` : 'ok'}</td>
  </tr> `;
}

function eventBlock(span: TraceSpan, event: TraceSpan['events'][number]): Html {
  const { 'exception.message': message, 'exception.stacktrace': stack, ...others } = event.attributes;
  return html`<details>
    <summary>${span.name}: ${event.name} ${attributeText(message, '')}</summary>
    <dl>
      ${Object.entries(others).map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${attributeText(value, '')}</dd> `,
      )}
    </dl>
    ${
      stack !== undefined &&
      html`<pre><code>${attributeText(stack, '')
        .split('\n')
        .map((line) => html`${line}${{ html: '\n' }}`)}</code></pre>`
    }
  </details>`;
}

function labelItem(label: Label): Html {
  const verdict = label.verdict === 'false_positive' ? 'wrong' : 'right';
  return html`<li>
    <strong>${verdict}</strong>${label.correctedCategory && ` (${label.correctedCategory})`}: ${label.reason ?? 'no reason'}
    <span class="muted">${label.correctedBy} ${formatTime(label.timeUs)} UTC, undo: crawlscope labels undo ${label.id}</span>
  </li> `;
}

function markForm(view: TraceView, page: Row<'pages'>): Html {
  return html`<form class="mark" method="post" action="/trace/${view.trace.trace_id}/mark">
    <input type="hidden" name="form_token" value="${view.formToken}" />
    <fieldset>
      <legend>Is it right that this page is ${page.category ?? 'unclassified'}?</legend>
      <label><input type="radio" name="verdict" value="right" required /> right: it belongs there</label>
      <label><input type="radio" name="verdict" value="wrong" /> wrong: it does not</label>
    </fieldset>
    <label>Reason <input name="reason" required maxlength="2000" /></label>
    <label>Right category, where it is wrong <input name="category" list="categories" maxlength="200" /></label>
    <datalist id="categories">${view.categories.map((category) => html`<option value="${category}"></option>`)}</datalist>
    <label>Your name <input name="by" maxlength="200" autocomplete="name" /></label>
    <button>Mark</button>
  </form>`;
}
