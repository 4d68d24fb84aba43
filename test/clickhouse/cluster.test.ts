import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../commands/run-cli.ts';
import { writeTelemetry } from '../fixtures/generate/generate.ts';
import { PLANTED_MONTH } from '../fixtures/generate/planted-month.ts';
import { parse, settle } from './compare.ts';
import { startEngine, type Engine } from './engine.ts';
import { exportFolder } from './export-month.ts';
import { createTables } from './exporter-tables.ts';

const TABLES = ['otel_traces', 'otel_logs', 'otel_metrics_gauge', 'otel_metrics_sum', 'otel_metrics_histogram'];
const COMMANDS = [
  ['report', '--week', '2026-W47', '--format', 'json'],
  ['failures', '--json', '--from', '2026-11-16', '--to', '2026-11-23'],
  ['export', 'pages', '--from', '2026-11-16', '--to', '2026-11-23'],
  ['labels', 'list', '--json'],
  ['retry-failed-embeddings', '--dry-run', '--json'],
  ['trace', '--json'],
];

let root: string;
let data: string;
let engine: Engine;
let url: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'crawlscope-cluster-'));
  data = join(root, 'otlp');
  const truth = await writeTelemetry(data, { ...PLANTED_MONTH, pagesPerDay: 15 });
  ({ url } = truth.filter((attempt) => attempt.outcome === 'ok').at(-1)!.visit);
  await ask(join(root, 'store.duckdb'), ['mark-false-positive', '--url', url, '--reason', 'seen', '--yes']);
  engine = await startEngine();
  for (const statement of createTables('otel', 'map')) engine.run(statement);
  await exportFolder(data, 'map', (table, rows) => {
    engine.run(`INSERT INTO otel.${table} FORMAT JSONEachRow\n${rows.map((row) => JSON.stringify(row)).join('\n')}`);
  });
  engine.run('CREATE DATABASE halves');
  engine.run('CREATE DATABASE spread');
  for (const table of TABLES) {
    // As the exporter fills shards: a trace, or a record, on one of both.
    const key = table === 'otel_traces' ? 'TraceId' : '*';
    engine.run(`CREATE VIEW halves.${table} AS SELECT * FROM otel.${table} WHERE cityHash64(${key}) % 2 = shardNum() - 1`);
    engine.run(`CREATE TABLE spread.${table} AS otel.${table} ENGINE = Distributed('pair', halves, ${table})`);
  }
}, 600_000);
afterAll(async () => {
  await engine?.close();
  await rm(root, { recursive: true, force: true });
});

describe.each([
  ['distributed tables', 'spread', '', 'spread.otel_traces', 1],
  ['a cluster whose shards have different rows', 'halves', '?cluster_name=pair', `cluster('pair', halves.otel_traces)`, 1],
  ['a cluster whose shards have the same rows', 'otel', '?cluster_name=pair', `cluster('pair', otel.otel_traces)`, 2],
] as const)('%s', (_, database, options, table, copies) => {
  test('has its rows on both shards', () => {
    const [first = 0, second = 0] = engine.run(`SELECT count() FROM ${table} GROUP BY shardNum()`).trim().split('\n').map(Number);
    expect(first + second).toBe(copies * Number(engine.run('SELECT count() FROM otel.otel_traces')));
    expect(Math.min(first, second)).toBeGreaterThan((first + second) / 3);
  });

  test.each(COMMANDS)('answers %s %s like DuckDB', async (...args) => {
    const asked = args[0] === 'trace' ? ['trace', url, '--json'] : args;
    const ours = await ask(join(root, 'store.duckdb'), asked);
    const theirs = await ask(engine.address(database, options), asked);
    expect(ours.out.length).toBeGreaterThan(2);
    expect(ours.code).not.toBe(2);
    const expected = parse(ours.out);
    expect({ ...theirs, out: settle(parse(theirs.out), expected) }).toEqual({ ...ours, out: expected });
  });
});

test('a cluster that is not there is named', async () => {
  const { code, err } = await ask(engine.address('otel', '?cluster_name=nowhere'), ['drift']);
  expect(code).toBe(2);
  expect(err).toContain('there is no cluster nowhere');
});

function ask(store: string, args: readonly string[]) {
  return runCli([...args], { data, store });
}
