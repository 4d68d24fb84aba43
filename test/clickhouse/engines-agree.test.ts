import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ANALYSES } from '../../src/analyses/list.ts';
import { openIngested } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { TABLES } from '../../src/store/tables.ts';
import { runCli, type Output } from '../commands/run-cli.ts';
import { writeTelemetry } from '../fixtures/generate/generate.ts';
import { PLANTED_MONTH } from '../fixtures/generate/planted-month.ts';
import { parse, round, settle, sortRows } from './compare.ts';
import { startEngine, type Engine } from './engine.ts';
import { exportFolder } from './export-month.ts';
import { createTables, type Layout } from './exporter-tables.ts';
import { columnStatements } from './own-columns.ts';

const WEEK = { fromUs: Date.parse('2026-11-16T00:00:00Z') * 1000, toUs: Date.parse('2026-11-23T00:00:00Z') * 1000 };
/** What the profile of a user must say who may not say it himself. */
const SETTINGS = {
  join_use_nulls: 1,
  aggregate_functions_null_for_empty: 1,
  prefer_column_name_to_alias: 1,
  cast_keep_nullable: 1,
};
const RANGE = ['--from', '2026-11-16', '--to', '2026-11-23'];

/** Databases by how they keep attributes; `columns` has a map, and columns of their own for some. */
const DATABASES = ['map', 'json', 'columns'] as const;
type Database = (typeof DATABASES)[number];

let root: string;
let data: string;
let engine: Engine;
let page: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'crawlscope-engines-'));
  data = join(root, 'otlp');
  const truth = await writeTelemetry(data, { ...PLANTED_MONTH, pagesPerDay: 60 });
  const pages = truth.filter((attempt) => attempt.outcome === 'ok').slice(-40);
  page = pages[0]!.visit.url;
  for (const [index, { visit }] of pages.slice(1, 7).entries()) {
    const marked = await inDuckDb([
      'mark-false-positive',
      '--url',
      visit.url,
      '--reason',
      `mark ${index}`,
      '--yes',
      '--category',
      'health',
      '--tags',
      'a,"b"',
    ]);
    expect(marked.code, marked.err).toBe(0);
  }
  await inDuckDb(['health']);
  engine = await startEngine({ users: { prepared: { password: '', readonly: 1, profile: SETTINGS } } });
  for (const database of DATABASES) {
    for (const statement of createTables(database, layoutOf(database))) engine.run(statement);
    await load(database);
  }
  for (const statement of columnStatements('columns.otel_traces')) engine.run(statement);
}, 600_000);
afterAll(async () => {
  await engine?.close();
  await rm(root, { recursive: true, force: true });
});

describe.each(DATABASES)('attributes as %s', (layout) => {
  test.each(Object.entries(TABLES))('%s has the same rows', async (table, columns) => {
    const sql = `SELECT ${Object.keys(columns).join(', ')} FROM ${table}`;
    const [theirs, ours] = await onBoth(layout, (store) => store.query<Record<string, unknown>>(sql));
    expect(ours.length).toBeGreaterThan(0);
    expect(sortRows(theirs)).toEqual(sortRows(ours));
  });

  test.each(ANALYSES.map((analysis) => [analysis.id, analysis] as const))('%s finds the same', async (_, analysis) => {
    const [theirs, ours] = await onBoth(layout, (store) => analysis.run({ store, window: WEEK, nowUs: WEEK.toUs }));
    expect(settle(round(theirs), round(ours))).toEqual(round(ours));
  });

  test.each([
    ['report', ['report', '--week', '2026-W47', '--format', 'json']],
    ['drift', ['drift', '--json']],
    ['confusion', ['confusion', '--json']],
    ['thresholds', ['thresholds', '--json']],
    ['failures', ['failures', '--json', ...RANGE]],
    ['failures by domain', ['failures', '--json', '--by', 'domain', ...RANGE]],
    ['export failures', ['export', 'failures', ...RANGE]],
    ['export pages', ['export', 'pages', ...RANGE]],
    ['export thresholds', ['export', 'thresholds', ...RANGE]],
    ['export embedding-failures', ['export', 'embedding-failures']],
    ['labels list', ['labels', 'list', '--json']],
    ['labels suggest', ['labels', 'suggest', '--json']],
    ['labels export', ['labels', 'export']],
    ['alerts check', ['alerts', 'check', '--no-notify', '--json']],
    ['retry queue', ['retry-failed-embeddings', '--dry-run', '--json']],
    ['health history', ['health', 'history', '--json']],
  ])('crawlscope %s prints the same', async (_, args) => {
    const ours = await inDuckDb(args);
    const theirs = await inClickHouse(layout, args);
    expect(theirs.err).toBe(ours.err);
    expect(theirs.code).toBe(ours.code);
    expect(ours.code).not.toBe(2);
    expect(settle(parse(theirs.out), parse(ours.out))).toEqual(parse(ours.out));
  });

  test('crawlscope trace shows the same for a URL, a part of one and a trace id', async () => {
    const ours = await inDuckDb(['trace', page, '--json']);
    expect(ours.code, ours.err).toBe(0);
    const { trace_id: traceId } = JSON.parse(ours.out) as { trace_id: string };
    for (const name of [page, page.slice(8), traceId, traceId.slice(0, 12)]) {
      const theirs = await inClickHouse(layout, ['trace', name, '--json']);
      expect(parse(theirs.out), theirs.err).toEqual(parse((await inDuckDb(['trace', name, '--json'])).out));
    }
    expect((await inClickHouse(layout, ['trace', 'https://nowhere.example/'])).err).toBe(
      (await inDuckDb(['trace', 'https://nowhere.example/'])).err,
    );
  });

  test('a batch that the collector sent twice changes nothing', async () => {
    const args = ['report', '--week', '2026-W47', '--format', 'json'];
    const before = await inClickHouse(layout, args);
    const rows = Number(engine.run(`SELECT count() FROM ${layout}.otel_traces`));
    await load(layout, /2026-11-1[7-9]/);
    expect(Number(engine.run(`SELECT count() FROM ${layout}.otel_traces`))).toBeGreaterThan(rows);
    expect(settle(parse((await inClickHouse(layout, args)).out), parse(before.out))).toEqual(parse(before.out));
  });
});

test('a user who may not change settings gets the same report', async () => {
  const args = ['report', '--week', '2026-W47', '--format', 'json'];
  vi.stubEnv('CLICKHOUSE_USER', 'prepared');
  const theirs = await inClickHouse('map', args).finally(() => vi.unstubAllEnvs());
  expect(theirs.err).toBe('');
  const ours = parse((await inDuckDb(args)).out);
  expect(settle(parse(theirs.out), ours)).toEqual(ours);
});

test('a window reads only the days that it covers', async () => {
  engine.requests.length = 0;
  const store = await openIngested({ data, store: engine.address('map') });
  await store.query('SELECT count(*) AS pages FROM pages WHERE start_us >= $from AND start_us < $to', {
    from: WEEK.fromUs,
    to: WEEK.toUs,
  });
  await store.close();
  const sql = engine.requests
    .at(-1)!
    .sql.replace(/FORMAT \w+\s*$/, '')
    .replace('{from:Int64}', String(WEEK.fromUs))
    .replace('{to:Int64}', String(WEEK.toUs));
  const [, read, all] = /Parts: (\d+)\/(\d+)/.exec(engine.run(`EXPLAIN indexes = 1 ${sql}`)) ?? [];
  expect(Number(all)).toBeGreaterThanOrEqual(35);
  expect(Number(read)).toBeLessThan(Number(all) / 2);
});

function layoutOf(database: Database): Layout {
  return database === 'json' ? 'json' : 'map';
}

async function load(layout: Database, only = /./): Promise<void> {
  await exportFolder(data, layoutOf(layout), (table, rows) => {
    const day = rows.filter((row) => only.test(String(row['Timestamp'] ?? row['TimeUnix'])));
    for (let at = 0; at < day.length; at += 2000) {
      const lines = day.slice(at, at + 2000).map((row) => JSON.stringify(row));
      engine.run(`INSERT INTO ${layout}.${table} FORMAT JSONEachRow\n${lines.join('\n')}`);
    }
  });
}

async function onBoth<T>(layout: Database, ask: (store: Store) => Promise<T>): Promise<[clickHouse: T, duckDb: T]> {
  const answers: T[] = [];
  for (const store of [engine.address(layout), join(root, 'store.duckdb')]) {
    const open = await openIngested({ data, store });
    try {
      answers.push(await ask(open));
    } finally {
      await open.close();
    }
  }
  return answers as [T, T];
}

function inDuckDb(args: readonly string[]): Promise<Output> {
  return runCli(args, { data, store: join(root, 'store.duckdb') });
}

function inClickHouse(layout: Database, args: readonly string[]): Promise<Output> {
  return runCli(args, { data, store: engine.address(layout) });
}
