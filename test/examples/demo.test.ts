import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSpans, readWritten, type WrittenSpan } from './telemetry-files.ts';

const root = join(import.meta.dirname, '..', '..');
let folder: string;
let stdout: string;
let spans: WrittenSpan[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crawlscope-demo-'));
  const words = ['examples/semantic-crawler/demo.ts', '--pages', '25', '--port', '0', '--timeout', '3'];
  const env = { ...process.env, CRAWLSCOPE_DIR: folder, VECTOR_STORE: join(folder, 'vectors'), NO_COLOR: '1' };
  ({ stdout } = await promisify(execFile)(process.execPath, words, { cwd: root, env, maxBuffer: 64 * 1024 * 1024 }));
  spans = readSpans(join(folder, 'otlp'));
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('prints the summary, the trace of the page that was retried, and where the report is', () => {
  expect(stdout).toMatch(/Pages +\d+ classified, 4 failed, \d+ retries/);
  expect(stdout).toMatch(/Kept +\d+ \(\d+ %\)/);
  const trace = stdout.slice(stdout.indexOf('A page that was tried twice'), stdout.indexOf("The week's report"));
  expect(trace).toContain('/trouble/flaky');
  expect(trace).toContain('http_5xx');
  expect(trace).toContain('embed');
  expect(stdout).toMatch(/Report +.*report\.html/);
  expect(existsSync(join(folder, 'report.html'))).toBe(true);
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('Semantic health');
});

test('the page that answers 503 first is one trace of two attempts', () => {
  const [first, second, ...more] = attemptsAt('/trouble/flaky');
  expect(more).toEqual([]);
  expect(first?.attributes).toMatchObject({ 'crawl.retry.count': 0, 'error.type': 'http_5xx' });
  expect(second).toMatchObject({ traceId: first?.traceId, parentSpanId: first?.spanId });
  expect(second?.attributes['error.type']).toBeUndefined();
  expect(stagesOf(first)).toEqual(['fetch']);
  expect(stagesOf(second)).toEqual(expect.arrayContaining(['fetch', 'extract', 'embed', 'classify']));
});

test.each([
  ['/trouble/slow', 'timeout', 3],
  ['/trouble/broken', 'connection', 3],
  ['/trouble/missing', 'http_4xx', 1],
  ['/trouble/empty', 'empty_content', 1],
])('%s fails as %s after %i attempts', (path, errorType, attempts) => {
  const pages = attemptsAt(path);
  expect(pages.map((page) => page.attributes['crawl.retry.count'])).toEqual(
    Array.from({ length: attempts }, (_, retry) => retry),
  );
  expect(new Set(pages.map((page) => page.attributes['error.type']))).toEqual(new Set([errorType]));
  expect(new Set(pages.map((page) => page.traceId)).size).toBe(1);
  const failures = spans.filter((span) => span.traceId === pages[0]?.traceId).flatMap((span) => span.events);
  expect(
    failures.map((event) => [event.name, event.attributes['crawl.retry.count'], event.attributes['crawl.retry.scheduled']]),
  ).toEqual(Array.from({ length: attempts }, (_, retry) => ['exception', retry, retry < attempts - 1]));
});

test('a kept page goes through every stage and carries its result', () => {
  const kept = spans.filter((span) => span.name === 'crawl.page' && span.attributes['crawl.threshold.passed'] === true);
  expect(kept.length).toBeGreaterThan(5);
  for (const page of kept) {
    expect(stagesOf(page).toSorted()).toEqual(['classify', 'embed', 'extract', 'fetch', 'store']);
    expect(page.attributes).toMatchObject({
      'crawl.model.version': 'use-lite@0.2.0',
      'crawl.classification.method': 'centroid',
      'crawl.page.category': expect.any(String),
      'crawl.page.content_hash': expect.stringMatching(/^[0-9a-f]{64}$/),
      'crawl.embedding.id': expect.any(String),
    });
    expect(page.attributes['crawl.page.score']).toBeGreaterThanOrEqual(0.2);
  }
});

test('the secret of an address appears nowhere', () => {
  expect(attemptsAt('/trouble/members?token=REDACTED')).toHaveLength(1);
  expect(readWritten(join(folder, 'otlp'))).not.toContain('demo-secret-42');
  expect(stdout).not.toContain('demo-secret-42');
});

function attemptsAt(path: string): WrittenSpan[] {
  return spans
    .filter((span) => span.name === 'crawl.page' && String(span.attributes['url.full']).endsWith(path))
    .toSorted((a, b) => Number(a.attributes['crawl.retry.count']) - Number(b.attributes['crawl.retry.count']));
}

function stagesOf(page: WrittenSpan | undefined): unknown[] {
  return spans
    .filter((span) => span.parentSpanId === page?.spanId && span.name !== 'crawl.page')
    .map((span) => span.attributes['crawl.stage']);
}
