import { escapeHtml, escapeTerminal } from '../report/escape.ts';
import { describeLimit, describeValue, type Health } from './health.ts';
import type { HealthResult, HealthStatus } from './health-check.ts';
import type { AlertMessage } from './message.ts';

/** Paints a status where the terminal has colours. */
export type PaintStatus = (status: HealthStatus, text: string) => string;

/** The result for people, one line a check and what to do about those that did not pass. */
export function healthText(health: Health, paint: PaintStatus): string {
  const lines = health.checks.flatMap((check) => {
    const status = paint(check.status, check.status.padEnd(8));
    const head = `${status} ${check.title}: ${describeValue(check.value, check.unit)} (${describeLimit(check)}). ${escapeTerminal(check.why)}`;
    const action = check.action ? [`         ${check.action}`] : [];
    const traces = check.traces.map(
      (trace) => `         ${trace.traceId || 'golden'}  ${escapeTerminal(`${trace.note}  ${trace.url}`)}`,
    );
    return [head, ...action, ...traces];
  });
  return `${[...lines, `Health: ${paint(health.status, health.status)}`].join('\n')}\n`;
}

/** The result as JSON. */
export function healthJson(health: Health): object {
  const checks = health.checks.map(({ traces, ...check }) => ({
    ...check,
    traces: traces.map((trace) => ({ trace_id: trace.traceId, url: trace.url, note: trace.note })),
  }));
  return { status: health.status, at: new Date(health.atUs / 1000).toISOString(), checks };
}

/** The result as a JUnit file: a failed check is a failure, an unknown one an error. */
export function healthJunit(health: Health): string {
  const count = (status: HealthStatus): number => health.checks.filter((check) => check.status === status).length;
  const cases = health.checks.map(
    (check) => `    <testcase classname="crawlscope.health" name="${escapeHtml(check.id)}">${verdict(check)}</testcase>\n`,
  );
  const totals = `tests="${health.checks.length}" failures="${count('FAIL')}" errors="${count('UNKNOWN')}"`;
  const time = new Date(health.atUs / 1000).toISOString();
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuites ${totals}>\n  <testsuite name="crawlscope health" ${totals} timestamp="${time}">\n`,
    ...cases,
    '  </testsuite>\n</testsuites>\n',
  ].join('');
}

/** The message for receivers: firing on a failure, over when the check passes again. */
export function healthMessage(health: Health, sinceUs: number): AlertMessage {
  const bad = health.checks.filter((check) => check.status !== 'PASS');
  return {
    id: 'health',
    status: health.status === 'FAIL' ? 'firing' : 'resolved',
    title: 'Crawl health',
    severity: 'page',
    summary: health.status === 'PASS' ? 'all checks pass again' : bad.map((check) => check.title).join(', '),
    evidence:
      bad
        .map((check) => `${check.title}: ${describeValue(check.value, check.unit)} (${describeLimit(check)}). ${check.why}`)
        .join('\n') || 'All checks passed.',
    action: bad.map((check) => check.action).join(' '),
    traces: health.checks.flatMap((check) => check.traces),
    sinceUs,
    atUs: health.atUs,
  };
}

function verdict(check: HealthResult): string {
  const value = `${describeValue(check.value, check.unit)} (${describeLimit(check)})`;
  if (check.status === 'PASS') return `<system-out>${escapeHtml(`${value}. ${check.why}`)}</system-out>`;
  const element = check.status === 'FAIL' ? 'failure' : 'error';
  return `<${element} message="${escapeHtml(`${check.title}: ${value}`)}">${escapeHtml(`${check.why} ${check.action}`)}</${element}>`;
}
