import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { matchesRedacted } from '../../src/analyses/page-lookup.ts';
import type { Trace } from '../../src/analyses/trace.ts';
import { type Truth, writeTelemetry } from '../fixtures/generate/generate.ts';
import { QUIET_PLAN } from '../fixtures/generate/plan.ts';
import { HOSTILE_TEXTS, writeHostilePages } from '../fixtures/hostile-pages.ts';
import { type Output, runCli } from './run-cli.ts';

let dir: string;
let truth: Truth[];
const trace = (...args: string[]): Promise<Output> =>
  runCli(['trace', ...args], { data: join(dir, 'otlp'), store: join(dir, 'store.duckdb') });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crawlscope-trace-'));
  truth = await writeTelemetry(join(dir, 'otlp'), { ...QUIET_PLAN, from: '2026-11-16', days: 7 });
  await writeHostilePages(join(dir, 'otlp'), '2026-11-20T05:00:00Z');
});
afterAll(() => rm(dir, { recursive: true }));

/** A page that failed once and succeeded when it was tried again. */
function retriedPage(): Truth {
  const again = truth.find((attempt) => attempt.retry === 1 && attempt.outcome === 'ok');
  return truth.find((attempt) => attempt.retry === 0 && attempt.visit === again?.visit)!;
}

test('shows every attempt and stage of a URL in the documented shape', async () => {
  const page = retriedPage();
  const { code, out } = await trace(page.visit.traceId, '--json');
  const found = JSON.parse(out) as Trace;
  expect(code).toBe(0);
  expect(Object.keys(found)).toEqual(['url', 'trace_id', 'attempts']);
  expect(found).toMatchObject({ url: page.visit.url, trace_id: page.visit.traceId });
  expect(found.attempts.map(({ retry, outcome }) => ({ retry, outcome }))).toEqual([
    { retry: 0, outcome: 'retried' },
    { retry: 1, outcome: 'ok' },
  ]);
  const [first, second] = found.attempts;
  expect(Object.keys(first!)).toEqual(['retry', 'start', 'duration_ms', 'outcome', 'error_type', 'spans']);
  expect(first!.error_type).toBe(page.errorType);
  expect(Object.keys(first!.spans[0]!)).toEqual([
    'name',
    'stage',
    'start',
    'duration_ms',
    'status',
    'error_type',
    'attributes',
    'events',
  ]);
  expect(second!.spans.map((span) => span.stage)).toEqual(['page', 'fetch', 'extract', 'classify', 'embed', 'store']);
  const failed = first!.spans.find((span) => span.events.length > 0)!;
  expect(failed).toMatchObject({ status: 'error', events: [{ name: 'exception' }] });
  expect(Date.parse(second!.start)).toBeGreaterThan(Date.parse(first!.start));
});

test('draws a waterfall with times, outcomes and events', async () => {
  const page = retriedPage();
  const { out } = await trace(page.visit.traceId);
  expect(out).toContain(page.visit.url);
  expect(out).toMatch(/attempt 0 {2}retried {2}\w+/);
  expect(out).toMatch(/attempt 1 {2}ok/);
  expect(out).toMatch(/crawl\.fetch\s+│[ █]{40}│\s+\d/);
  expect(out).toContain('▲ exception');
  expect(out).toContain('model use-lite@0.2.0');
});

test('takes a unique part of a URL and the start of a trace id', async () => {
  const visits = Map.groupBy(truth, (attempt) => attempt.visit.url);
  const [url] = [...visits].find(([, attempts]) => attempts.length === 1)!;
  const part = await trace(url.slice('https://'.length), '--json');
  expect((JSON.parse(part.out) as Trace).url).toBe(url);
  const { traceId } = retriedPage().visit;
  const byStart = await trace(traceId.slice(0, 14), '--json');
  expect((JSON.parse(byStart.out) as Trace).trace_id).toBe(traceId);
});

test('shows the newest of several visits and lists the earlier ones', async () => {
  const [url, attempts] = [...Map.groupBy(truth, (attempt) => attempt.visit.url)].find(
    ([, some]) => new Set(some.map((attempt) => attempt.visit.traceId)).size === 2,
  )!;
  const { out } = await trace(url);
  const newest = attempts.toSorted((a, b) => b.startUs - a.startUs)[0]!;
  expect(out).toContain(`trace ${newest.visit.traceId}`);
  expect(out).toContain('1 earlier visit');
});

test('lists candidates when ambiguous, and what is close when nothing matches', async () => {
  const ambiguous = await trace('articles');
  expect(ambiguous).toMatchObject({ code: 2, out: '' });
  expect(ambiguous.err).toMatch(/\d+ pages match "articles"[\s\S]*https:\/\/[\s\S]*and \d+ more/);
  const { url } = truth[0]!.visit;
  const close = await trace(url.replace('.example', '.exmple'));
  expect(close.code).toBe(2);
  expect(close.err).toContain(url);
});

test('finds a redacted URL by the raw one', async () => {
  expect(matchesRedacted('https://a.example/x?id=1&token=REDACTED', 'https://a.example/x?id=1&token=s3cret')).toBe(true);
  expect(matchesRedacted('https://REDACTED:REDACTED@a.example/x', 'https://me:pw@a.example/x/')).toBe(true);
  expect(matchesRedacted('https://a.example/x?id=1&token=REDACTED', 'https://a.example/x?id=2&token=s3cret')).toBe(false);
  expect(matchesRedacted('https://a.example/x', 'https://b.example/x')).toBe(false);
});

test('never lets crawled text reach the terminal as an escape sequence', async () => {
  for (const [index] of HOSTILE_TEXTS.entries()) {
    const { out, code } = await trace(
      String(index + 1)
        .padStart(2, '0')
        .repeat(16),
    );
    expect(code).toBe(0);
    // oxlint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
  }
});
