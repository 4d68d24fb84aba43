import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Suggestion } from '../../src/analyses/label-suggestions.ts';
import { writeTelemetry, type Truth } from '../fixtures/generate/generate.ts';
import { QUIET_PLAN } from '../fixtures/generate/plan.ts';
import { makeData, runCli } from '../monitor/run-cli.ts';

const PLAN = {
  ...QUIET_PLAN,
  from: '2026-11-09',
  days: 14,
  freshShare: 0.5,
  modelVersion: (day: number) => (day < 7 ? 'a@1' : 'a@2'),
};
let data: Awaited<ReturnType<typeof makeData>>;
let truth: Truth[];

beforeAll(async () => {
  data = await makeData({ ...PLAN, days: 0 });
  truth = await writeTelemetry(join(data.folder, 'otlp'), PLAN);
});
afterAll(() => data.remove());

const run = (...args: string[]) =>
  runCli(...args, ...data.options, ...(args.includes('--now') ? [] : ['--now', '2026-11-23T00:00:00Z']));
/** The last visit of pages that were classified once, in the last week. */
const single = (count: number): Truth[] =>
  truth
    .filter((each) => each.outcome === 'ok' && each.visit.day >= 7)
    .filter((each) => truth.filter((other) => other.visit.url === each.visit.url).length === 1)
    .slice(0, count);

test('a page goes from wrong to labelled to exported to undone', async () => {
  const [page] = single(1);
  const args = [
    '--url',
    page!.visit.url,
    '--reason',
    'spam, really',
    '--category',
    'finance',
    '--tags',
    'spam, policy',
    '--by',
    'ann',
  ];
  const marked = await run('mark-false-positive', ...args, '--json');
  expect(marked.code).toBe(0);
  for (const shown of [String(page!.visit.score), page!.visit.category, ...page!.visit.tags, 'a@2'])
    expect(marked.err).toContain(shown);
  const { id, undo } = JSON.parse(marked.out) as { id: string; undo: string };

  const [file, ...others] = (await readdir(join(data.folder, 'otlp'))).filter((name) => name.startsWith('labels-'));
  expect(others).toEqual([]);
  const line = JSON.parse(await readFile(join(data.folder, 'otlp', file!), 'utf8')) as {
    resourceLogs: { scopeLogs: { logRecords: { eventName: string; traceId: string; spanId: string }[] }[] }[];
  };
  const record = line.resourceLogs[0]!.scopeLogs[0]!.logRecords[0]!;
  expect(record).toMatchObject({ eventName: 'crawl.label', traceId: page!.visit.traceId });
  expect(record.spanId).toMatch(/^[0-9a-f]{16}$/);

  const listed = JSON.parse((await run('labels', 'list', '--json')).out) as object[];
  expect(listed).toMatchObject([
    {
      id,
      verdict: 'false_positive',
      corrected_tags: ['spam', 'policy'],
      corrected_by: 'ann',
      score: page!.visit.score,
      model_version: 'a@2',
    },
  ]);
  const exported = JSON.parse((await run('labels', 'export')).out) as object;
  expect(exported).toMatchObject({
    id,
    url: page!.visit.url,
    labels: page!.visit.tags,
    scores: page!.visit.tagScores,
    corrected_category: 'finance',
  });

  expect(undo).toBe(`crawlscope labels undo ${id}`);
  expect((await run('labels', 'undo', id)).code).toBe(0);
  expect(JSON.parse((await run('labels', 'list', '--json')).out)).toEqual([]);
  const again = await run('labels', 'undo', id);
  expect(again).toMatchObject({ code: 2, err: expect.stringContaining('crawlscope labels list') as string });
});

test('an unknown URL is an error with near matches, and nothing is recorded', async () => {
  const url = single(1)[0]!.visit.url;
  const { code, err } = await run('mark-false-negative', '--url', url.replace('articles', 'artikles'), '--reason', 'x');
  expect(code).toBe(2);
  expect(err).toContain(url);
  expect((await run('labels', 'list')).out).toContain('No labels yet');
});

test('a page that was never classified cannot be corrected', async () => {
  const ok = new Set(truth.filter((each) => each.outcome === 'ok').map((each) => each.visit.url));
  const failed = truth.find((each) => each.outcome === 'failed' && !ok.has(each.visit.url));
  const { code, err } = await run('mark-false-positive', '--url', failed!.visit.url, '--reason', 'x');
  expect(code).toBe(2);
  expect(err).toContain('nothing to correct');
});

test('needs a reason', async () => {
  const { code, err } = await run('mark-false-positive', '--url', single(1)[0]!.visit.url, '--reason', '  ');
  expect(code).toBe(2);
  expect(err).toContain('--reason');
});

test('suggests pages near the threshold and keeps the reason with the label and its export', async () => {
  const suggestions = JSON.parse((await run('labels', 'suggest', '--json', '--limit', '5')).out) as Suggestion[];
  expect(suggestions).toHaveLength(5);
  const [first] = suggestions;
  expect(first!.reasons.join()).toContain('near the threshold');
  expect(Math.abs(first!.score! - first!.threshold!)).toBeLessThanOrEqual(0.05);
  await run('mark-false-negative', '--url', first!.trace_id, '--reason', 'close call', '--category', 'health');
  const [row] = (await run('labels', 'export')).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(row!['sampling_reason']).toContain('near the threshold');
  const next = JSON.parse((await run('labels', 'suggest', '--json', '--limit', '100')).out) as Suggestion[];
  expect(next.map((page) => page.trace_id)).not.toContain(first!.trace_id);
  expect((await run('labels', 'suggest')).out).toContain('near the threshold');
  await run('labels', 'undo', String(row!['id']));
});
