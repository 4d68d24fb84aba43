import type { Trace, TraceAttempt, TraceSpan } from '../analyses/trace.ts';
import { escapeTerminal } from './escape.ts';
import { formatDuration } from './format.ts';

/** Colours text, or leaves it as it is. */
export interface Palette {
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

const same = (text: string): string => text;
/** No colours. */
export const PLAIN: Palette = { red: same, green: same, yellow: same, dim: same, bold: same };

const BAR = 40;
/** Shown on the attempt itself or too long for a line. */
const HIDDEN = /^(url\.|crawl\.(stage|retry\.count|run\.id|config\.hash|model\.version)|error\.type|exception\.stacktrace)/;

/** A trace as lines for a terminal: one block an attempt, one bar a span, crawled text neutralised. */
export function renderWaterfall(trace: Trace, paint: Palette): string {
  const head = [paint.bold(escapeTerminal(trace.url ?? '(no URL)')), paint.dim(`trace ${escapeTerminal(trace.trace_id)}`)];
  const blocks = trace.attempts.map((attempt) => renderAttempt(attempt, paint));
  return `${[...head, ...blocks.flatMap((block) => ['', ...block])].join('\n')}\n`;
}

function renderAttempt(attempt: TraceAttempt, paint: Palette): string[] {
  const [page] = attempt.spans;
  const model = attempt.spans
    .map((span) => span.attributes['crawl.model.version'])
    .find((version) => typeof version === 'string');
  const outcome = attempt.outcome === 'ok' ? paint.green('ok') : paint.red(attempt.outcome);
  const facts = [
    paint.bold(`attempt ${attempt.retry}`),
    outcome,
    ...(attempt.error_type ? [paint.red(escapeTerminal(attempt.error_type))] : []),
    attempt.start.replace('T', ' ').replace(/\d{3}Z$/, ' UTC'),
    formatDuration(attempt.duration_ms),
    ...(model ? [`model ${escapeTerminal(String(model))}`] : []),
  ];
  const width = Math.max(...attempt.spans.map((span) => label(span).length));
  const start = Date.parse(attempt.start);
  const total = Math.max(
    attempt.duration_ms,
    ...attempt.spans.map((span) => Date.parse(span.start) - start + span.duration_ms),
    0.001,
  );
  const lines = attempt.spans.flatMap((span) => [
    renderSpan(span, { width, total, offset: offsetMs(span.start, attempt.start) }, paint),
    ...span.events.flatMap((event) => renderEvent(event, paint)),
  ]);
  const result = page ? describe(page.attributes) : '';
  return [facts.join('  '), ...lines, ...(result ? [`  ${paint.dim(result)}`] : [])];
}

function renderSpan(span: TraceSpan, scale: { width: number; total: number; offset: number }, paint: Palette): string {
  const from = clamp(Math.floor((scale.offset / scale.total) * BAR), BAR - 1);
  const length = Math.max(1, clamp(Math.round((span.duration_ms / scale.total) * BAR), BAR - from));
  const failed = span.status === 'error';
  const bar = ' '.repeat(from) + (failed ? paint.red : paint.green)('█'.repeat(length)) + ' '.repeat(BAR - from - length);
  const status = failed ? paint.red(`error ${escapeTerminal(span.error_type ?? '')}`.trim()) : '';
  const facts = span.stage === 'page' ? '' : paint.dim(describe(span.attributes));
  const tail = [status, facts].filter(Boolean).join('  ');
  return `  ${label(span).padEnd(scale.width)}  ${paint.dim('│')}${bar}${paint.dim('│')} ${formatDuration(span.duration_ms).padStart(8)}  ${tail}`.trimEnd();
}

function renderEvent(event: TraceSpan['events'][number], paint: Palette): string[] {
  const { 'exception.type': type, 'exception.message': message, ...others } = event.attributes;
  const cause = type === undefined && message === undefined ? '' : `${String(type ?? '')}: ${String(message ?? '')}`;
  const text = [cause, describe(others)].map((part) => (part === cause ? escapeTerminal(part) : part)).filter(Boolean);
  return [`    ${paint.yellow('▲')} ${escapeTerminal(event.name)}  ${text.join('  ')}`];
}

function describe(attributes: Readonly<Record<string, unknown>>): string {
  const shown = Object.entries(attributes).filter(([name]) => !HIDDEN.test(name));
  return shown
    .map(([name, value]) => `${shorten(name)}=${cut(typeof value === 'string' ? value : JSON.stringify(value))}`)
    .map(escapeTerminal)
    .join(' ');
}

/** `crawl.page.score` reads as `score` in a line that is about one page. */
function shorten(name: string): string {
  return name.replace(/^(crawl\.page|crawl|http|db|gen_ai|server)\./, '');
}

function label(span: TraceSpan): string {
  return escapeTerminal(span.name);
}

function offsetMs(start: string, from: string): number {
  return Date.parse(start) + fraction(start) - Date.parse(from) - fraction(from);
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}

/** The microseconds of an ISO time, which `Date` drops, in milliseconds. */
function fraction(time: string): number {
  return Number(time.slice(-4, -1)) / 1000;
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
