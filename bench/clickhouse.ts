/**
 * The weekly report on ClickHouse against the number of spans in the exporter's tables. `node bench/clickhouse.ts [pages ...]`; the
 * engine runs in this process (see `test/clickhouse/engine.ts`), so its time and memory are in the figures. Prints JSON.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../src/cli.ts';
import { startEngine, type Engine } from '../test/clickhouse/engine.ts';
import { exportFolder } from '../test/clickhouse/export-month.ts';
import { createTables } from '../test/clickhouse/exporter-tables.ts';
import { writeCrawlTraces } from './crawl-traces.ts';
import { HISTORY_END } from './history.ts';

const WEEKS = 10;
const SEED_BYTES = 9_000_000;
const WEEK_US = 7 * 86_400_000_000;

const sizes = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'crawlscope-bench-'));
const data = join(folder, 'otlp');
mkdirSync(data);
const engine = await startEngine();
try {
  const runs = [];
  await writeCrawlTraces(join(data, 'traces.jsonl'), SEED_BYTES);
  for (const pages of sizes.length > 0 ? sizes : [10_000, 100_000, 1_000_000]) runs.push(await measure(`p${pages}`, pages));
  console.log(JSON.stringify({ runs }));
} finally {
  await engine.close();
  rmSync(folder, { recursive: true });
}

async function measure(database: string, pages: number) {
  for (const statement of createTables(database, 'map')) engine.run(statement);
  const load = await timed(() =>
    exportFolder(data, 'map', (table, rows) => {
      const lines = rows.map((row) => JSON.stringify(row)).join('\n');
      engine.run(`INSERT INTO ${database}.${table} SETTINGS max_partitions_per_insert_block = 0 FORMAT JSONEachRow\n${lines}`);
    }),
  );
  const seeded = count(engine, `SELECT count() FROM ${database}.otel_traces WHERE SpanName = 'crawl.page'`);
  const copies = Math.max(1, Math.round(pages / seeded));
  const copy = await timed(async () => spread(database, copies));
  engine.run(`OPTIMIZE TABLE ${database}.otel_traces FINAL`);
  const stored = count(engine, `SELECT count() FROM ${database}.otel_traces WHERE SpanName = 'crawl.page'`);
  const bytes = count(engine, `SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = '${database}'`);
  const report = await timed(() => runReport(database));
  return {
    pages: stored,
    spans: count(engine, `SELECT count() FROM ${database}.otel_traces`),
    bytesPerPage: Math.round(bytes / stored),
    insertCpuSecondsPerMillionPages: Number(((copy.cpu / stored) * 1e6).toFixed(1)),
    insertFromJsonCpuSecondsPerMillionPages: Number(((load.cpu / seeded) * 1e6).toFixed(1)),
    reportSeconds: report.seconds,
    reportCpuSeconds: report.cpu,
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** Copies the seed over the weeks, with ids, URLs and contents of their own, and drops it. */
function spread(database: string, copies: number): void {
  const table = `${database}.otel_traces`;
  engine.run(`CREATE TABLE ${database}.seed AS ${table}`);
  engine.run(`INSERT INTO ${database}.seed SELECT * FROM ${table} SETTINGS max_partitions_per_insert_block = 0`);
  engine.run(`TRUNCATE TABLE ${table}`);
  const step = Math.floor((WEEKS * WEEK_US) / copies);
  const start = HISTORY_END - WEEKS * WEEK_US;
  for (let at = 0; at < copies; at += 20) {
    engine.run(`INSERT INTO ${table} SELECT s.* REPLACE (
        fromUnixTimestamp64Nano(toInt64(${start} + k * ${step} + rand() % ${step}) * 1000) AS Timestamp,
        lower(hex(MD5(concat(TraceId, toString(k))))) AS TraceId, lower(hex(sipHash64(SpanId, k))) AS SpanId,
        if(ParentSpanId = '', '', lower(hex(sipHash64(ParentSpanId, k)))) AS ParentSpanId,
        mapUpdate(SpanAttributes, map('url.full', concat(SpanAttributes['url.full'], '?visit=', toString(k)))) AS SpanAttributes)
      FROM ${database}.seed s CROSS JOIN (SELECT number + ${at} AS k FROM numbers(${Math.min(20, copies - at)})) copies
      SETTINGS max_partitions_per_insert_block = 0`);
  }
  engine.run(`DROP TABLE ${database}.seed`);
}

async function runReport(database: string): Promise<void> {
  const io = { out: () => {}, err: (text: string) => process.stderr.write(text), colors: false, progress: () => {} };
  const time = ['--week', '2026-W47', '--now', '2026-11-23T06:00:00Z'];
  await main(['report', ...time, '--format', 'json', '--data', data, '--store', engine.address(database)], io);
}

async function timed(work: () => Promise<unknown>): Promise<{ seconds: number; cpu: number }> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: Number(((performance.now() - started) / 1000).toFixed(2)), cpu: Number(((user + system) / 1e6).toFixed(2)) };
}

function count(from: Engine, sql: string): number {
  return Number(from.run(sql));
}
