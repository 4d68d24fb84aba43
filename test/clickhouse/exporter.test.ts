import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { TABLES } from '../../src/store/tables.ts';
import { openIngested } from '../../src/store/open.ts';
import { runCli } from '../commands/run-cli.ts';
import { writeTelemetry } from '../fixtures/generate/generate.ts';
import { PLANTED_MONTH } from '../fixtures/generate/planted-month.ts';
import { startCollector, type Collector } from '../programs/collector.ts';
import { send } from '../programs/otlp.ts';
import { sortRows } from './compare.ts';
import { startEngine, type Engine } from './engine.ts';

const CONFIGS = new URL('../../otel-collector/', import.meta.url).pathname;
/** The collector adds metrics that it makes of spans. */
const OURS = `name NOT LIKE 'traces.span.metrics.%'`;
const LAYOUTS = ['map', 'json'] as const;

let root: string;
let data: string;
let engine: Engine;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'crawlscope-exporter-'));
  data = join(root, 'otlp');
  const truth = await writeTelemetry(data, { ...PLANTED_MONTH, pagesPerDay: 8 });
  const { url } = truth.filter((attempt) => attempt.outcome === 'ok').at(-1)!.visit;
  await runCli(['mark-false-positive', '--url', url, '--reason', 'seen', '--yes'], { data, store: join(root, 'store.duckdb') });
  engine = await startEngine({ users: { collector: { password: 'in', readonly: 0 } } });
}, 900_000);
afterAll(async () => {
  await engine?.close();
  await rm(root, { recursive: true, force: true });
});

describe.each(LAYOUTS)('the exporter writes attributes as %s', (layout) => {
  let collector: Collector;

  beforeAll(async () => {
    const overlay = join(root, `${layout}.yaml`);
    const exporter = {
      endpoint: `http://127.0.0.1:${engine.port}`,
      compress: 'none',
      async_insert: false,
      json: layout === 'json',
    };
    await writeFile(overlay, JSON.stringify({ exporters: { clickhouse: exporter } }));
    collector = await startCollector({
      directory: join(root, layout),
      overlays: ['clickhouse.yaml', relative(CONFIGS, overlay)],
      env: { CLICKHOUSE_DATABASE: layout, CLICKHOUSE_USER: 'collector', CLICKHOUSE_PASSWORD: 'in' },
    });
    await sendAll(collector, layout);
  }, 300_000);
  afterAll(() => collector?.stop());

  test.each(['spans', 'pages', 'stages', 'failures', 'runs', 'logs', 'labels'] as const)(
    '%s has the same rows',
    async (table) => {
      const sql = `SELECT ${Object.keys(TABLES[table]).join(', ')} FROM ${table}`;
      const ours = await rowsOf(join(root, 'store.duckdb'), sql);
      const theirs = await rowsOf(engine.address(layout), sql);
      expect(ours.length).toBeGreaterThan(0);
      expect(theirs).toEqual(ours);
    },
  );

  test('data points have the same values, at whole seconds', async () => {
    const sql = `SELECT floor(time_us / 1000000) AS time_us, name, unit, type, service, instance, attributes, value FROM metrics
      WHERE ${OURS}`;
    const ours = await rowsOf(join(root, 'store.duckdb'), sql);
    expect(ours.length).toBeGreaterThan(0);
    expect(await rowsOf(engine.address(layout), sql)).toEqual(ours);
  });
});

/** Sends all files, and waits until the tables have all of their spans, records and points. */
async function sendAll(collector: Collector, layout: string): Promise<void> {
  for (const name of (await readdir(data)).toSorted()) {
    const signal = name.startsWith('metrics') ? 'metrics' : name.startsWith('traces') ? 'traces' : 'logs';
    for (const line of (await readFile(join(data, name), 'utf8')).split('\n').filter(Boolean)) {
      expect(await send(collector.otlpUrl, signal, line)).toMatchObject({ status: 200 });
    }
  }
  const count = (store: string, table: string) =>
    openIngested({ data, store }).then(async (open) => {
      const rows = await open.query<{ count: number }>(
        `SELECT count(*) AS count FROM ${table} WHERE ${table === 'metrics' ? OURS : '1 = 1'}`,
      );
      await open.close();
      return rows[0]?.count;
    });
  for (const table of ['spans', 'logs', 'metrics']) {
    const expected = await count(join(root, 'store.duckdb'), table);
    await vi.waitFor(async () => expect(await count(engine.address(layout), table)).toBe(expected), {
      timeout: 120_000,
      interval: 500,
    });
  }
}

async function rowsOf(store: string, sql: string): Promise<unknown[]> {
  const open = await openIngested({ data, store });
  try {
    return sortRows(await open.query<Record<string, unknown>>(sql));
  } finally {
    await open.close();
  }
}
