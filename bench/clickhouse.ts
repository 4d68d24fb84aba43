/**
 * The weekly report on ClickHouse against the number of pages in the exporter's tables, beside one plain reading of the same columns, and
 * with the columns of docs/clickhouse.md. `node bench/clickhouse.ts [pages ...]`; the engine runs in this process (see
 * `test/clickhouse/engine.ts`), so its time and memory are in the figures. Prints JSON.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../src/cli.ts';
import { startEngine } from '../test/clickhouse/engine.ts';
import { exportFolder } from '../test/clickhouse/export-month.ts';
import { createTables } from '../test/clickhouse/exporter-tables.ts';
import { columnStatements } from '../test/clickhouse/own-columns.ts';
import { writeCrawlTraces } from './crawl-traces.ts';
import { HISTORY_END } from './history.ts';

const WEEKS = 10;
const SEED_BYTES = 9_000_000;
const WEEK_US = 7 * 86_400_000_000;
/** The time from one page of the seed to the next. */
const SEED_STEP_US = 40_000;
/** Reads once what the report reads many times, in the cheapest way. */
const PLAIN = `count(), sum(Duration), sum(toUnixTimestamp64Micro(Timestamp)), sum(length(TraceId) + length(SpanId) + length(ParentSpanId)),
  sum(length(TraceState)), sum(length(arrayStringConcat(mapValues(SpanAttributes))))`;

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
  const table = `${database}.otel_traces`;
  for (const statement of createTables(database, 'map')) engine.run(statement);
  const load = await timed(() =>
    exportFolder(data, 'map', (name, rows) => {
      const lines = rows.map((row) => JSON.stringify(row)).join('\n');
      engine.run(`INSERT INTO ${database}.${name} SETTINGS max_partitions_per_insert_block = 0 FORMAT JSONEachRow\n${lines}`);
    }),
  );
  const seeded = count(`SELECT count() FROM ${table} WHERE SpanName = 'crawl.page'`);
  const copy = await timed(async () => spread(table, seeded, Math.max(1, Math.round(pages / seeded))));
  engine.run(`OPTIMIZE TABLE ${table} FINAL`);
  const stored = count(`SELECT count() FROM ${table} WHERE SpanName = 'crawl.page'`);
  const bytes = count(`SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = '${database}'`);
  const first = await timed(() => runReport(database));
  const plain = await timed(async () => engine.run(`SELECT ${PLAIN} FROM ${table}`));
  const report = await timed(() => runReport(database));
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const columns = await timed(async () => columnStatements(table).forEach((statement) => engine.run(statement)));
  return {
    pages: stored,
    spans: count(`SELECT count() FROM ${table}`),
    bytesPerPage: Math.round(bytes / stored),
    insertCpuSecondsPerMillionPages: Number(((copy.cpu / stored) * 1e6).toFixed(1)),
    insertFromJsonCpuSecondsPerMillionPages: Number(((load.cpu / seeded) * 1e6).toFixed(1)),
    plain,
    firstReport: first,
    report,
    reportCpuOverPlain: Number((report.cpu / plain.cpu).toFixed(1)),
    peakMb,
    columns,
    reportWithColumns: await timed(() => runReport(database)),
  };
}

/** Copies the seed over the weeks, with ids, URLs and contents of their own, one stretch after the other as a crawl writes them, and drops it. */
function spread(table: string, seeded: number, copies: number): void {
  const seed = `${table}_seed`;
  engine.run(`CREATE TABLE ${seed} AS ${table}`);
  engine.run(`INSERT INTO ${seed} SELECT * FROM ${table}`);
  engine.run(`TRUNCATE TABLE ${table}`);
  const first = count(`SELECT min(toUnixTimestamp64Micro(Timestamp)) FROM ${seed}`);
  const stretch = Math.floor((WEEKS * WEEK_US) / copies);
  const step = Math.floor(stretch / seeded);
  for (let copy = 0; copy < copies; copy++) {
    const start = HISTORY_END - WEEKS * WEEK_US + copy * stretch;
    const offset = `toUnixTimestamp64Micro(Timestamp) - ${first}`;
    const hash = "SpanAttributes['crawl.page.content_hash']";
    engine.run(`INSERT INTO ${table} SELECT s.* REPLACE (
        fromUnixTimestamp64Nano((${start} + intDiv(${offset}, ${SEED_STEP_US}) * ${step} + (${offset}) % ${SEED_STEP_US}) * 1000) AS Timestamp,
        lower(hex(MD5(concat(TraceId, '${copy}')))) AS TraceId, lower(hex(sipHash64(SpanId, ${copy}))) AS SpanId,
        if(ParentSpanId = '', '', lower(hex(sipHash64(ParentSpanId, ${copy})))) AS ParentSpanId,
        mapUpdate(mapUpdate(SpanAttributes, map('url.full', concat(SpanAttributes['url.full'], '?visit=${copy}'))),
          if(${hash} = '', map(), map('crawl.page.content_hash', lower(hex(SHA256(concat(${hash}, '${copy}'))))))) AS SpanAttributes)
      FROM ${seed} s SETTINGS max_partitions_per_insert_block = 0`);
  }
  engine.run(`DROP TABLE ${seed}`);
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

function count(sql: string): number {
  return Number(engine.run(sql));
}
