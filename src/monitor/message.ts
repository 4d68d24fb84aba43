import { alertName } from './prometheus-rules.ts';

/** A page that shows the problem. */
export interface ExampleTrace {
  readonly traceId: string;
  readonly url: string;
  /** Why it is shown: an error class, a duration, a category. */
  readonly note: string;
}

/** What a receiver is told, before any channel's own format. */
export interface AlertMessage {
  readonly id: string;
  readonly status: 'firing' | 'resolved';
  readonly title: string;
  readonly severity: 'page' | 'ticket';
  /** The condition in words, such as `error_rate is 0.24; the limit is 0.1`. */
  readonly summary: string;
  readonly evidence: string;
  readonly action: string;
  readonly traces: readonly ExampleTrace[];
  /** Microseconds since the Unix epoch. */
  readonly sinceUs: number;
  readonly atUs: number;
}

/** Labels identify an alert and stay the same from its first message to its last; values belong in annotations. */
export function labelsOf(message: AlertMessage): Record<string, string> {
  return { alertname: alertName(message.id), rule: message.id, service: 'crawlscope', severity: message.severity };
}

/** Everything that changes, as annotations. */
export function annotationsOf(message: AlertMessage): Record<string, string> {
  return {
    summary: `${message.title}: ${message.summary}`,
    description: message.evidence,
    action: message.action,
    traces: message.traces.map(traceLine).join('\n'),
  };
}

/** The subject of a message, one line. */
export function subjectOf(message: AlertMessage): string {
  return plain(`[${message.status === 'firing' ? 'FIRING' : 'RESOLVED'}] ${message.title}: ${message.summary}`, 200);
}

/** The whole message as plain text. */
export function textOf(message: AlertMessage): string {
  const traces = message.traces.map((trace) => `  ${plain(traceLine(trace), 500)}\n`).join('');
  return [
    `${subjectOf(message)}\n`,
    `Since ${new Date(message.sinceUs / 1000).toISOString()}, checked ${new Date(message.atUs / 1000).toISOString()}.\n`,
    `\n${message.evidence}\n`,
    traces && `\nExample pages (crawlscope trace <id>):\n${traces}`,
    message.status === 'firing' ? `\nWhat to do: ${message.action}\n` : '',
  ].join('');
}

/** Crawled text on one line, without control characters, cut at `length`. */
export function plain(text: string, length: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').toWellFormed();
  return line.length > length ? `${line.slice(0, length - 1).toWellFormed()}…` : line;
}

function traceLine(trace: ExampleTrace): string {
  return `${trace.traceId}  ${trace.note}  ${trace.url}`;
}
