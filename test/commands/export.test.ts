import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { type Truth, writeTelemetry } from '../fixtures/generate/generate.ts';
import { QUIET_PLAN } from '../fixtures/generate/plan.ts';
import { writeHostilePages } from '../fixtures/hostile-pages.ts';
import { type Output, runCli } from './run-cli.ts';

const COLUMNS = {
  failures: 'timestamp,url,stage,error,exception_type,retry_count,user_agent,response_code,trace_id',
  pages: 'url,score,category,tags,length,embedding_id,threshold_passed,processing_time,extraction_method,model_version,trace_id',
  thresholds: 'method,threshold,pass_rate,samples,config_hash,random_seed,versions,hardware_info,trace_id',
  'embedding-failures': 'url,content_hash,failure_reason,attempt_count,last_attempt,content_length,retry_scheduled,trace_id',
} as const;
type Name = keyof typeof COLUMNS;
const NAMES = Object.keys(COLUMNS) as Name[];

let dir: string;
let truth: Truth[];
const exported = (...args: string[]): Promise<Output> =>
  runCli(['export', ...args], { data: join(dir, 'otlp'), store: join(dir, 'store.duckdb') });
const lines = async (name: Name): Promise<Record<string, unknown>[]> =>
  (await exported(name)).out.split('\n').flatMap((line) => (line ? [JSON.parse(line) as Record<string, unknown>] : []));

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crawlscope-export-'));
  truth = await writeTelemetry(join(dir, 'otlp'), { ...QUIET_PLAN, from: '2026-11-16', days: 7 });
});
afterAll(() => rm(dir, { recursive: true }));

test.each(NAMES)('%s: the same columns in each format, one record a line', async (name) => {
  const records = await lines(name);
  expect(records.length).toBeGreaterThan(0);
  for (const record of records) expect(Object.keys(record).join(',')).toBe(COLUMNS[name]);
  expect((await exported(name, '--format', 'csv')).out.split('\n')[0]).toBe(COLUMNS[name]);
  const file = join(dir, `${name}.parquet`);
  expect((await exported(name, '--format', 'parquet', '--out', file)).code).toBe(0);
  const store = await openStore({ store: ':memory:' });
  const rows = await store.query<Record<string, unknown>>(`SELECT * FROM '${file}'`);
  await store.close();
  expect(Object.keys(rows[0]!).join(',')).toBe(COLUMNS[name]);
  expect(rows.map((row) => row['trace_id'])).toEqual(records.map((record) => record['trace_id']));
});

test('the records are those that were generated', async () => {
  const pages = await lines('pages');
  const good = truth.filter((attempt) => attempt.outcome === 'ok');
  expect(pages).toHaveLength(good.length);
  const { visit, durationMs } = good[0]!;
  expect(pages.find((page) => page['trace_id'] === visit.traceId)).toMatchObject({
    url: visit.url,
    score: visit.score,
    category: visit.category,
    tags: visit.tags,
    length: visit.length,
    threshold_passed: visit.score >= 0.6,
    processing_time: durationMs / 1000,
    extraction_method: 'readability',
    model_version: 'use-lite@0.2.0',
  });
  const failures = await lines('failures');
  expect(failures).toHaveLength(truth.length - good.length);
  expect(failures.filter((failure) => failure['response_code'] === 404)).not.toHaveLength(0);
  const runs = await lines('thresholds');
  expect(runs).toHaveLength(7);
  expect(runs[0]).toMatchObject({
    method: 'centroid',
    threshold: 0.6,
    random_seed: 1,
    versions: ['use-lite@0.2.0', 'crawlee@3.17.0', 'node@24.21.0'],
  });
  const judged = runs.reduce((sum, run) => sum + Number(run['samples']), 0);
  expect(judged).toBe(good.length);
  const texts = new Set(truth.filter((attempt) => attempt.errorType === 'embedding').map((attempt) => attempt.visit.contentHash));
  expect((await lines('embedding-failures')).map((record) => record['content_hash']).toSorted()).toEqual([...texts].toSorted());
});

test('a CSV cell is never a formula and numbers stay numbers', async () => {
  const data = join(dir, 'hostile');
  await writeHostilePages(data, '2026-11-20T05:00:00Z');
  const place = { data, store: join(dir, 'hostile.duckdb') };
  const { out } = await runCli(['export', 'failures', '--format', 'csv'], place);
  expect(out).toContain(`'=HYPERLINK`);
  expect(out).not.toMatch(/(^|,)"?[=+@\t]/m);
  const empty = await runCli(['export', 'thresholds', '--format', 'csv'], place);
  expect(empty.out.trim()).toBe(COLUMNS.thresholds);
});

test('keeps to the time asked for, and says what is wrong with a request', async () => {
  const file = join(dir, 'day.jsonl');
  expect((await exported('pages', '--from', '2026-11-18', '--to', '2026-11-19', '--out', file)).out).toBe('');
  const day = truth.filter((attempt) => attempt.outcome === 'ok' && attempt.visit.day === 2);
  expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(day.length);
  expect(await exported('labels')).toMatchObject({ code: 2, err: expect.stringContaining('embedding-failures') as string });
  expect(await exported('pages', '--format', 'parquet')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--out') as string,
  });
  expect(await exported('pages', '--out', join(dir, 'missing', 'x.jsonl'))).toMatchObject({ code: 2 });
});
