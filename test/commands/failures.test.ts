import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FailureGroup } from '../../src/analyses/failure-groups.ts';
import { type Truth, writeTelemetry } from '../fixtures/generate/generate.ts';
import { QUIET_PLAN } from '../fixtures/generate/plan.ts';
import { PLANTED_MONTH } from '../fixtures/generate/planted-month.ts';
import { type Output, runCli } from './run-cli.ts';

interface Result {
  readonly window: { readonly from: string; readonly to: string };
  readonly groups: readonly (FailureGroup & { readonly first: string; readonly last: string })[];
}

let dir: string;
let failed: Truth[];
const failures = (folder: string, ...args: string[]): Promise<Output> =>
  runCli(['failures', ...args], { data: join(dir, folder), store: join(dir, `${folder}.duckdb`) });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crawlscope-failures-'));
  const days = { from: '2026-11-09', days: 14 };
  const incidents = [{ domain: 'cascade.example', errorType: 'timeout', rate: 0.75, fromDay: 7, toDay: 14 }];
  const truth = await writeTelemetry(join(dir, 'planted'), { ...PLANTED_MONTH, ...days, incidents });
  failed = truth.filter((attempt) => attempt.outcome !== 'ok' && attempt.visit.day >= 7);
  await writeTelemetry(join(dir, 'quiet'), { ...QUIET_PLAN, ...days });
});
afterAll(() => rm(dir, { recursive: true }));

test('groups by class with counts, shares, times and examples', async () => {
  const { out, code } = await failures('planted', '--by', 'class', '--json');
  const { groups, window } = JSON.parse(out) as Result;
  expect(code).toBe(1);
  expect(window).toEqual({ from: '2026-11-16T00:00:00.000000Z', to: '2026-11-23T00:00:00.000000Z' });
  const counts = Object.fromEntries(groups.flatMap((group) => (group.count > 0 ? [[group.key, group.count]] : [])));
  const expected = Object.fromEntries(
    [...Map.groupBy(failed, (attempt) => attempt.errorType)].map(([key, some]) => [key, some.length]),
  );
  expect(counts).toEqual(expected);
  const [timeouts] = groups;
  expect(timeouts).toMatchObject({ key: 'timeout', change: 'grown', stages: ['fetch'], share: timeouts!.count / failed.length });
  expect(timeouts!.retries).toBe(
    failed.filter((attempt) => attempt.errorType === 'timeout' && attempt.outcome === 'retried').length,
  );
  expect(timeouts!.first < timeouts!.last).toBe(true);
  const ids = new Set(failed.filter((attempt) => attempt.errorType === 'timeout').map((attempt) => attempt.visit.traceId));
  expect(timeouts!.trace_ids).toHaveLength(3);
  for (const id of timeouts!.trace_ids) expect(ids).toContain(id);
});

test('groups by domain and stage', async () => {
  const domains = (JSON.parse((await failures('planted', '--by', 'domain', '--json')).out) as Result).groups;
  expect(domains[0]).toMatchObject({ key: 'cascade.example', change: 'grown' });
  const stages = (JSON.parse((await failures('planted', '--by', 'stage', '--json')).out) as Result).groups;
  expect(stages.map((group) => group.key)).toContain('embed');
  expect(stages.reduce((sum, group) => sum + group.count, 0)).toBe(failed.length);
});

test('groups by message, whatever URLs, numbers and names the messages hold', async () => {
  const { out } = await failures('planted');
  expect(out).toContain('Navigation of <url> timed out after <n> seconds.');
  expect(out).toContain('connect ECONNREFUSED <ip>');
  expect(out).toContain('New or clearly more frequent: Navigation of <url>');
});

test('exits 0 where nothing is new or clearly more frequent', async () => {
  const { code, out } = await failures('quiet', '--by', 'class');
  expect(out).toContain('Nothing is new or clearly more frequent');
  expect(code).toBe(0);
});

test('says unknown, not fine, where there is no page', async () => {
  const { code, out } = await failures('quiet', '--week', '2026-W30');
  expect(out).toContain('UTC: unknown');
  expect(code).toBe(0);
});
