import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REJECTED } from '../../src/analyses/confusion-labels.ts';
import type { ConfusionResult } from '../../src/analyses/confusion.ts';
import type { ThresholdResult } from '../../src/analyses/thresholds.ts';
import { writeTelemetry, type Truth } from '../fixtures/generate/generate.ts';
import { QUIET_PLAN } from '../fixtures/generate/plan.ts';
import { makeData, runCli } from '../monitor/run-cli.ts';

/** Two weeks; in the second, another model whose scores are lower. */
const PLAN = {
  ...QUIET_PLAN,
  from: '2026-11-09',
  days: 14,
  freshShare: 0.5,
  modelVersion: (day: number) => (day < 7 ? 'a@1' : 'a@2'),
  scoreShift: (day: number) => (day < 7 ? 0 : -0.2),
};
let data: Awaited<ReturnType<typeof makeData>>;
let truth: Truth[];

beforeAll(async () => {
  data = await makeData({ ...PLAN, days: 0 });
  truth = await writeTelemetry(join(data.folder, 'otlp'), PLAN);
});
afterAll(() => data.remove());

const run = (...args: string[]) => runCli(...args, ...data.options, '--now', '2026-11-23T00:00:00Z');

test('confusion counts tags with categories, and says that mistakes are unknown without labels', async () => {
  const result = JSON.parse((await run('confusion', '--week', '--json')).out) as ConfusionResult;
  expect(result.confusion).toBeNull();
  const pages = latest();
  const research = pages.filter((each) => each.visit.tags.includes('research'));
  const science = result.tags.find((each) => each.tag === 'research' && each.category === 'science')!;
  expect(science.pages).toBe(research.filter((each) => each.visit.category === 'science').length);
  expect(science.row_share).toBeCloseTo(science.pages / research.length, 10);
  const share = pages.filter((each) => each.visit.category === 'science').length / pages.length;
  expect(science.lift).toBeCloseTo(science.row_share / share, 10);
  expect((await run('confusion', '--week')).out).toContain('mistakes are unknown');
});

test('models are compared on the URLs that both saw', async () => {
  const { agreement } = JSON.parse((await run('confusion', '--json')).out) as ConfusionResult;
  const ok = truth.filter((each) => each.outcome === 'ok');
  const before = new Set(ok.filter((each) => each.visit.day < 7).map((each) => each.visit.url));
  const both = new Set(ok.filter((each) => each.visit.day >= 7 && before.has(each.visit.url)).map((each) => each.visit.url));
  expect(agreement).toMatchObject([{ from: 'a@1', to: 'a@2', urls: both.size }]);
  expect(agreement[0]!.agreed + agreement[0]!.moved.reduce((sum, each) => sum + each.urls, 0)).toBe(both.size);
});

test('labels make a confusion matrix with its worst confusion and example traces', async () => {
  const passed = latest().filter((each) => each.visit.score >= PLAN.threshold && each.visit.category === 'sports');
  const rejected = latest().filter((each) => each.visit.score < PLAN.threshold && each.visit.category === 'health');
  for (const each of passed.slice(0, 2)) {
    await run('mark-false-positive', '--url', each.visit.traceId, '--reason', 'market report', '--category', 'finance');
  }
  await run('mark-false-positive', '--url', passed[2]!.visit.traceId, '--reason', 'spam');
  await run('mark-false-negative', '--url', rejected[0]!.visit.traceId, '--reason', 'on topic');

  const { labels, confusion } = JSON.parse((await run('confusion', '--json')).out) as ConfusionResult;
  expect(labels).toBe(4);
  expect(confusion!.worst).toMatchObject([
    { corrected: 'finance', predicted: 'sports', pages: 2 },
    { corrected: REJECTED, predicted: 'sports', pages: 1 },
    { corrected: 'health', predicted: REJECTED, pages: 1 },
  ]);
  expect(confusion!.worst[0]!.trace_ids.toSorted()).toEqual(
    passed
      .slice(0, 2)
      .map((each) => each.visit.traceId)
      .toSorted(),
  );
  expect(confusion!.marked.accuracy).toBe(0);
  expect(confusion!.unmarked_as_right.total).toBe(latest().length);
  expect(confusion!.unmarked_as_right.accuracy).toBeCloseTo(1 - 4 / latest().length, 10);
  const sports = confusion!.unmarked_as_right.classes[confusion!.classes.indexOf('sports')]!;
  expect(sports.precision).toBeCloseTo(1 - 3 / passed.length, 10);
  expect((await run('confusion')).out).toContain('not a random sample');
});

test('thresholds: pass rate by run, the jump, and what other thresholds would pass', async () => {
  const { code, out } = await run('thresholds', '--json');
  const result = JSON.parse(out) as ThresholdResult;
  expect(code).toBe(1);
  expect(result.runs).toHaveLength(7);
  for (const each of result.runs) {
    const judged = truth.filter((one) => one.outcome === 'ok' && `run-${dateOf(one.visit.day)}` === each.run_id);
    expect(each.pages).toBe(judged.length);
    expect(each.pass_rate).toBeCloseTo(judged.filter((one) => one.visit.score >= PLAN.threshold).length / judged.length, 10);
    expect(each).toMatchObject({ threshold: 0.6, model_version: 'a@2', method: 'centroid' });
  }
  expect(result.stability).toMatchObject({ limit: 0.2, stable: false });
  expect(result.stability.change).toBeGreaterThan(0.2);
  const at = result.curve.find((point) => point.threshold === 0.5)!;
  expect(at.pass_rate).toBeCloseTo(latest().filter((each) => each.visit.score >= 0.5).length / latest().length, 10);
  const rates = result.curve.map((point) => point.pass_rate);
  expect(rates).toEqual(rates.toSorted((left, right) => right - left));
  expect(result.marked.map((page) => page.verdict).toSorted()).toEqual(['false_negative', ...Array(3).fill('false_positive')]);
  expect(result.curve[0]).toMatchObject({ threshold: 0, false_positives_passing: 3, false_negatives_passing: 1 });
  expect((await run('thresholds')).out).toContain('not stable');
});

/** The last classified visit of every URL of the last week. */
function latest(): Truth[] {
  const ok = truth.filter((each) => each.outcome === 'ok' && each.visit.day >= 7).toSorted((a, b) => a.startUs - b.startUs);
  return [...new Map(ok.map((each) => [each.visit.url, each])).values()];
}

function dateOf(day: number): string {
  return new Date(Date.parse(`${PLAN.from}T00:00:00Z`) + day * 86_400_000).toISOString().slice(0, 10);
}
