import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Detail, Figure } from '../../src/analyses/analysis.ts';
import type { Report } from '../../src/report/report.ts';
import { type Truth, writeTelemetry } from '../fixtures/generate/generate.ts';
import { PLANTED_MONTH } from '../fixtures/generate/planted-month.ts';
import { type Output, runCli } from './run-cli.ts';

let dir: string;
let truth: Truth[];
let report: Report;
const run = (...args: string[]): Promise<Output> =>
  runCli(['report', ...args], { data: join(dir, 'otlp'), store: join(dir, 'store.duckdb') });
const LAST_MONDAY_US = Date.parse('2026-11-16T00:00:00Z') * 1000;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crawlscope-report-'));
  truth = await writeTelemetry(join(dir, 'otlp'), PLANTED_MONTH);
  report = JSON.parse((await run('--format', 'json')).out) as Report;
});
afterAll(() => rm(dir, { recursive: true }));

function figure(section: string, id: string): Figure {
  const figures = report.sections
    .find((each) => each.id === section)!
    .details.flatMap((d) => (d.type === 'figures' ? d.figures : []));
  return figures.find((each) => each.id === id)!;
}

function table(section: string, id: string): Extract<Detail, { type: 'table' }> {
  const details = report.sections.find((each) => each.id === section)!.details;
  return details.find((detail) => detail.type === 'table' && detail.id === id) as Extract<Detail, { type: 'table' }>;
}

test('is the last complete week in the documented shape', () => {
  expect(Object.keys(report)).toEqual(['schema_version', 'generated_at', 'window', 'headline', 'sections']);
  expect(report.window).toEqual({ from: '2026-11-16T00:00:00.000Z', to: '2026-11-23T00:00:00.000Z' });
  const ids = report.sections.map((section) => section.id);
  for (const id of [
    'data_completeness',
    'crawl_statistics',
    'semantic_health',
    'system_performance',
    'storage',
    'recommendations',
  ]) {
    expect(ids).toContain(id);
  }
  for (const section of report.sections) expect(section.status).not.toBe('error');
});

test('counts what was generated, this week and the week before', () => {
  for (const [from, key] of [
    [LAST_MONDAY_US, 'value'],
    [LAST_MONDAY_US - 7 * 86_400_000_000, 'previous'],
  ] as const) {
    const week = truth.filter((attempt) => attempt.startUs >= from && attempt.startUs < from + 7 * 86_400_000_000);
    const pages = Map.groupBy(week, (attempt) => attempt.visit.traceId);
    const count = (outcome: string): number => week.filter((attempt) => attempt.outcome === outcome).length;
    expect(figure('crawl_statistics', 'total')[key]).toBe(pages.size);
    expect(figure('crawl_statistics', 'ok')[key]).toBe(count('ok'));
    expect(figure('crawl_statistics', 'failed')[key]).toBe(count('failed'));
    expect(figure('crawl_statistics', 'retried')[key]).toBe([...pages.values()].filter((attempts) => attempts.length > 1).length);
    const times = week.map((attempt) => attempt.durationMs).toSorted((a, b) => a - b);
    expect(figure('crawl_statistics', 'average_time')[key]).toBeCloseTo(times.reduce((a, b) => a + b, 0) / times.length, 3);
    expect(figure('crawl_statistics', 'p95_time')[key]).toBeCloseTo(times[Math.ceil(0.95 * times.length) - 1]!, 3);
    const judged = week.filter((attempt) => attempt.outcome === 'ok');
    const passed = judged.filter((attempt) => attempt.visit.score >= PLANTED_MONTH.threshold);
    expect(figure('semantic_health', 'threshold_pass_rate')[key]).toBeCloseTo(passed.length / judged.length, 8);
  }
});

test('the novelty rate is the share of pages with content or a tag never seen before', () => {
  const seen = new Set<string>();
  const week = truth.filter((attempt) => attempt.outcome === 'ok').toSorted((a, b) => a.startUs - b.startUs);
  const novel = week.filter(({ visit, startUs }) => {
    const marks = [visit.contentHash, ...visit.tags.map((tag) => `tag ${tag}`)];
    const isNew = marks.some((mark) => !seen.has(mark));
    for (const mark of marks) seen.add(mark);
    return isNew && startUs >= LAST_MONDAY_US;
  });
  const pages = week.filter((attempt) => attempt.startUs >= LAST_MONDAY_US);
  expect(figure('semantic_health', 'novelty_rate').value).toBeCloseTo(novel.length / pages.length, 8);
});

test('finds what was planted and says what to do', () => {
  const [top] = table('crawl_statistics', 'top_failed_domains').rows;
  expect(top?.[0]).toBe('cascade.example');
  expect(top?.[4]).toBe('timeout');
  expect(top?.[5]).toMatch(/^[0-9a-f]{32}$/);
  expect(figure('system_performance', 'cache_hit_rate').value).toBeLessThan(0.2);
  expect(figure('system_performance', 'cache_hit_rate').previous).toBeGreaterThan(0.5);
  expect(figure('system_performance', 'average_memory').value).toBeGreaterThan(1.1e9);
  expect(figure('storage', 'store_growth').value).toBeGreaterThan(0);
  const recommendations = report.sections.find((section) => section.id === 'recommendations')!;
  const actions = recommendations.details.flatMap((detail) => (detail.type === 'actions' ? detail.actions : []));
  const evidence = actions.map((action) => action.evidence).join('\n');
  for (const planted of ['cascade.example', 'quantum', 'security', 'memory', 'Cache hit rate'])
    expect(evidence).toContain(planted);
  expect(actions[0]).toMatchObject({ severity: 'high', command: expect.stringMatching(/^crawlscope /) as string });
  expect(report.headline).toContain('cascade.example');
});

test('is the same every time, as Markdown, HTML and JSON', async () => {
  const golden = new URL('../report/golden/', import.meta.url).pathname;
  for (const format of ['md', 'html', 'json']) {
    const { out, code } = await run('--format', format);
    expect(code).toBe(0);
    await expect(out).toMatchFileSnapshot(join(golden, `report.${format}`));
  }
});

test('writes to a file in the format that its name asks for', async () => {
  const file = join(dir, 'week.html');
  expect(await run('--week', '2026-W46', '--out', file, '--jaeger', 'http://localhost:16686')).toMatchObject({
    code: 0,
    out: '',
  });
  const text = await readFile(file, 'utf8');
  expect(text).toContain('week 2026-W46');
  expect(text).toContain('href="http://localhost:16686/trace/');
  expect(Buffer.byteLength(text)).toBeLessThan(500_000);
  expect((await run('--out', join(dir, 'missing', 'x.md'))).err).toMatch(/cannot write .*missing/);
});

test('says which time it chose where the last week has no pages', async () => {
  const early = await run('--now', '2026-10-22T12:00:00Z');
  expect(early.out).toContain('2026-10-15 12:00 to 2026-10-22 12:00 UTC');
  expect(early.out).toContain('covers the last seven days');
  const late = await run('--now', '2027-03-01T12:00:00Z');
  expect(late.code).toBe(0);
  expect(late.out).toContain('There are no pages in this week. The newest page is of 2026-11-22');
  expect(late.out).toContain('No page was crawled in this time.');
});

test('refuses weeks and windows that do not exist', async () => {
  expect(await run('--week', '2026-W54')).toMatchObject({ code: 2, err: expect.stringContaining('2026-W54') as string });
  expect(await run('--from', '2026-11-20', '--to', '2026-11-10')).toMatchObject({ code: 2 });
  expect(await run('--format', 'pdf')).toMatchObject({ code: 2 });
});

test('shows the limits of the configuration beside the figures', async () => {
  const config = join(dir, 'limits.json');
  await writeFile(config, JSON.stringify({ alerts: { error_rate: { limit: 0.015 } } }));
  const limited = JSON.parse((await run('--format', 'json', '--config', config)).out) as Report;
  const targets = limited.sections
    .flatMap((section) => section.details)
    .flatMap((detail) => (detail.type === 'figures' ? detail.figures : []))
    .map((each) => each.target?.limit);
  expect(targets).toContain(0.015);
  expect(targets).not.toContain(0.1);
});
