import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../../src/cli.ts';
import type { DriftResult } from '../../src/analyses/drift.ts';
import { writeTelemetry } from '../fixtures/generate/generate.ts';
import { DRIFT_PLAN } from '../fixtures/generate/drift-plan.ts';
import { QUIET_PLAN } from '../fixtures/generate/plan.ts';

let dir: string;
const run = async (folder: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> => {
  const text = { out: '', err: '' };
  const io = {
    out: (s: string) => void (text.out += s),
    err: (s: string) => void (text.err += s),
    colors: false,
    progress: () => {},
  };
  const now = args.includes('--now') ? [] : ['--now', '2026-11-23T00:00:00Z'];
  const place = [...now, '--data', join(dir, folder), '--store', join(dir, `${folder}.duckdb`)];
  return { code: await main([...args, ...place], io), ...text };
};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crawlscope-drift-'));
  await writeTelemetry(join(dir, 'planted'), DRIFT_PLAN);
  await writeTelemetry(join(dir, 'quiet'), QUIET_PLAN);
  for (const folder of ['planted', 'quiet']) await run(folder, 'ingest');
}, 300_000);
afterAll(() => rm(dir, { recursive: true }));

test('finds exactly what was planted', async () => {
  const { code, out } = await run('planted', 'drift', '--json');
  const result = JSON.parse(out) as DriftResult;
  expect(code).toBe(1);
  const drifted = result.findings.filter((finding) => finding.status === 'drift');
  expect(drifted.map(({ category, tag, kind }) => `${kind}: ${category}/${tag}`).toSorted()).toEqual([
    'new: science/quantum',
    'vanished: finance/crypto',
    'within_domain: science/biology',
  ]);
  for (const finding of drifted) expect(finding.trace_ids[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(drifted.find((finding) => finding.tag === 'biology')?.odds_ratio).toBeGreaterThan(2);
  const mixed = result.findings.filter((finding) => finding.kind === 'mix');
  expect(mixed.map(({ tag, status }) => ({ tag, status }))).toEqual([{ tag: 'transfers', status: 'stable' }]);
  const moved = result.mix.find((change) => change.tag === 'transfers');
  expect(moved!.mix).toBeGreaterThan(3 * Math.abs(moved!.within));
  expect(
    result.summary
      .filter((each) => each.outside_band)
      .map((each) => each.category)
      .toSorted(),
  ).toEqual(['finance', 'science']);
  expect(result.model_changes).toMatchObject([{ from: 'use-lite@0.2.0', to: 'use-lite@0.3.0', window: 'reference' }]);
  expect(result.timeline.steps).toHaveLength(5);
  const quantum = result.timeline.series.find((each) => each.tag === 'quantum')!.shares;
  expect(quantum.slice(0, 4)).toEqual([0, 0, 0, 0]);
  expect(quantum[4]).toBeCloseTo(0.2, 1);
  expect(result.reference).toEqual({ from: '2026-10-19T00:00:00.000Z', to: '2026-11-16T00:00:00.000Z' });
  expect(result.current).toEqual({ from: '2026-11-16T00:00:00.000Z', to: '2026-11-23T00:00:00.000Z' });
});

test('a quiet month has no drift', async () => {
  const { code, out } = await run('quiet', 'drift');
  expect(code).toBe(0);
  expect(out).toContain('0 of 25 tags drifted');
});

test('takes one category and other windows', async () => {
  const { code, out } = await run('planted', 'drift', '--json', '--category', 'health', '--recent', '3d', '--reference', '1w');
  const result = JSON.parse(out) as DriftResult;
  expect(code).toBe(0);
  expect(new Set(result.findings.map((finding) => finding.category))).toEqual(new Set(['health']));
  expect(result.reference).toEqual({ from: '2026-11-13T00:00:00.000Z', to: '2026-11-20T00:00:00.000Z' });
});

test('too little data is said, with the smallest effect that would have been seen', async () => {
  const { code, out } = await run(
    'quiet',
    'drift',
    '--json',
    '--category',
    'sports',
    '--recent',
    '6h',
    '--now',
    '2026-11-22T03:00:00Z',
  );
  const { findings } = JSON.parse(out) as DriftResult;
  expect(code).toBe(0);
  const unsure = findings.filter((finding) => finding.status === 'insufficient_data');
  expect(unsure.length).toBeGreaterThan(0);
  for (const finding of unsure) expect(finding.q).toBeNull();
  expect(Math.max(...unsure.map((finding) => finding.smallest_detectable_odds_ratio ?? 0))).toBeGreaterThan(2);
});

test('a window is a length of time', async () => {
  const { code, err } = await run('quiet', 'drift', '--recent', 'soon');
  expect(code).toBe(2);
  expect(err).toContain('36h, 7d or 4w');
});

test('an unknown category is an error that names the known ones', async () => {
  const { code, err } = await run('quiet', 'drift', '--category', 'sience');
  expect(code).toBe(2);
  expect(err).toContain('finance, health, science');
});

test('the text names tags, sites and the change of model', async () => {
  const { out } = await run('planted', 'drift');
  expect(out).toContain('3 of 27 tags drifted');
  expect(out).toContain('The model changed to use-lite@0.3.0 on 2026-11-15');
  expect(out).toContain('Share of pages with the drifted tags, use-lite@0.3.0 since 2026-11-15');
  expect(out).toContain('Overall shares that moved');
  expect(out).toContain('crawlscope trace ');
});
