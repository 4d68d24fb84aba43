import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Section } from '../../src/analyses/analysis.ts';
import { ANALYSES } from '../../src/analyses/list.ts';
import { openIngested } from '../../src/store/open.ts';
import { DRIFT_PLAN } from '../fixtures/generate/drift-plan.ts';
import { writeTelemetry } from '../fixtures/generate/generate.ts';
import { listDomains } from '../fixtures/generate/site.ts';

const LAST_WEEK = 28;
const BROKEN = 'cascade.example';

/** The drift of `DRIFT_PLAN`; in the last week also a site that times out, a cold cache, twice the time and twice the memory. */
const PLAN = {
  ...DRIFT_PLAN,
  incidents: [{ domain: BROKEN, errorType: 'timeout', rate: 0.9, fromDay: LAST_WEEK, toDay: 35 }],
  cacheHitChance: (day: number) => (day < LAST_WEEK ? 0.7 : 0.2),
  slowness: (day: number) => (day < LAST_WEEK ? 1 : 2),
  memoryBytes: (day: number) => (day < LAST_WEEK ? 400e6 : 900e6),
};
const WEEK = { fromUs: Date.parse('2026-11-16T00:00:00Z') * 1000, toUs: Date.parse('2026-11-23T00:00:00Z') * 1000 };

let folder: string;
let sections: Map<string, Section>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crawlscope-month-'));
  expect(listDomains(PLAN)).toContain(BROKEN);
  await writeTelemetry(folder, PLAN);
  const store = await openIngested({ data: folder, store: ':memory:' });
  const found: Section[] = [];
  for (const analysis of ANALYSES) found.push(await analysis.run({ store, window: WEEK, nowUs: WEEK.toUs }));
  sections = new Map(found.map((section) => [section.id, section]));
  await store.close();
}, 300_000);
afterAll(() => rm(folder, { recursive: true }));

test('the drifted tags are the planted ones, and the new model is named', () => {
  const drift = sections.get('drift')!;
  expect(drift.status).toBe('warning');
  expect(drift.summary).toMatch(/^3 of 27 tags drifted/);
  expect(drift.summary).toContain('use-lite@0.3.0');
  expect(rowsOf('drift', 'drift-within').map((row) => row.slice(0, 3))).toEqual([['science', 'biology', 'more frequent']]);
  expect(
    rowsOf('drift', 'drift-new')
      .map((row) => row.slice(0, 3))
      .toSorted(),
  ).toEqual([
    ['finance', 'crypto', 'vanished'],
    ['science', 'quantum', 'new'],
  ]);
  expect(rowsOf('drift', 'drift-mix').map((row) => row[1])).toContain('transfers');
});

test('the domain that fails most is the planted one', () => {
  const [first] = rowsOf('crawl_statistics', 'top_failed_domains');
  expect(first).toContain(BROKEN);
  expect(first).toContain('timeout');
  expect(rowsOf('failures', 'failures_by_message')[0]!.join()).toContain('timed out');
});

test('the costs moved as planted', () => {
  expect(figure('system_performance', 'cache_hit_rate').value).toBeCloseTo(0.2, 1);
  expect(figure('system_performance', 'cache_hit_rate').previous).toBeCloseTo(0.7, 1);
  expect(ratio(figure('system_performance', 'average_memory'))).toBeGreaterThan(1.8);
  expect(ratio(figure('crawl_statistics', 'average_time'))).toBeGreaterThan(1.8);
});

test('what was not planted is not found', () => {
  expect(sections.get('thresholds')).toMatchObject({ status: 'ok', summary: expect.stringContaining('stable') as string });
  expect(sections.get('confusion')!.summary).toContain('mistakes are unknown');
  for (const section of sections.values()) expect(section.status, section.id).not.toBe('error');
});

function rowsOf(section: string, table: string) {
  const detail = sections.get(section)!.details.find((each) => each.type === 'table' && each.id === table);
  expect(detail, `${section}/${table}`).toBeDefined();
  return detail!.type === 'table' ? detail!.rows : [];
}

function figure(section: string, id: string) {
  const figures = sections.get(section)!.details.flatMap((detail) => (detail.type === 'figures' ? detail.figures : []));
  const found = figures.find((each) => each.id === id);
  expect(found, `${section}/${id}`).toBeDefined();
  return found!;
}

function ratio({ value, previous }: { value: number | null; previous: number | null }): number {
  return (value ?? Number.NaN) / (previous ?? Number.NaN);
}
