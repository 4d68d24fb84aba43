import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openDuckDb } from '../src/store/duckdb.ts';
import { ingestInto } from '../src/store/open.ts';
import { PHYSICAL } from '../src/store/schema.ts';
import { writeCrawlTraces } from './crawl-traces.ts';

/** The Monday after the last week of the history. */
export const HISTORY_END = Date.parse('2026-11-23T00:00:00Z') * 1000;
const WEEK_US = 7 * 86_400_000_000;
const SEED_PAGES = 2000;
const BYTES_A_PAGE = 4500;

/** What a copy has for itself, by `k`, its number. */
const REPLACED = {
  trace: 'CAST(md5(CAST(trace AS VARCHAR) || k) AS UUID)',
  span: 'hash(span, k)',
  parent: 'CASE WHEN parent IS NOT NULL THEN hash(parent, k) END',
  url: "url || '?visit=' || k",
  url_key: 'hash(url_key, k)',
  content_key: 'hash(content_key, k)',
  content_hash: 'sha256(content_hash || k)',
  // From a fifth of the time to twenty times: a percentile has something to find.
  duration_ns: 'CAST(duration_ns * (0.2 + 20 * pow(hash(span, k) % 1000 / 1000, 8)) AS BIGINT)',
};

/** What a store holds. */
export interface History {
  readonly store: string;
  readonly pages: number;
  readonly spans: number;
  readonly storeBytes: number;
  /** Bytes of OTLP JSON lines that these pages would be. */
  readonly jsonBytes: number;
}

/**
 * Fills a store with `weeks` of `pagesPerWeek` pages of six spans: a few thousand are read from a file, the others copied from them
 * with their own ids, URLs, contents and times, day by day as a crawler would write them.
 */
export async function fillHistory(folder: string, weeks: number, pagesPerWeek: number): Promise<History> {
  const store = join(folder, `history-${weeks}.duckdb`);
  const data = join(folder, `seed-${weeks}`);
  mkdirSync(data, { recursive: true });
  const seed = await writeCrawlTraces(join(data, 'traces.jsonl'), Math.min(SEED_PAGES, pagesPerWeek) * BYTES_A_PAGE);
  await ingestInto({ data, store });
  const db = await openDuckDb(store);
  const run = (sql: string) => db.connection.run(sql);
  const [seeded] = await db.query<{ pages: number; first: number; length: number }>(
    'SELECT count(*) AS pages, min(start_us) AS first, max(start_us) - min(start_us) + 1 AS length FROM span_pages',
  );
  const { pages, first, length } = seeded!;
  const copies = Math.max(1, Math.round((weeks * pagesPerWeek) / pages));
  const step = (weeks * WEEK_US) / copies;
  const start = HISTORY_END - weeks * WEEK_US;
  for (const table of ['span_pages', 'span_stages', 'failed_spans'] as const) {
    const time = table === 'failed_spans' ? 'time_us' : 'start_us';
    await run(`CREATE TEMP TABLE old AS SELECT * FROM ${table}`);
    await run(`DELETE FROM ${table}`);
    const replaced = Object.entries(REPLACED)
      .filter(([column]) => column in PHYSICAL[table])
      .map(([column, expression]) => `${expression} AS ${column}`);
    replaced.push(`${start} + CAST(k * ${step} + (${time} - ${first}) / ${length} * ${step} AS BIGINT) AS ${time}`);
    for (let at = 0; at < copies; at += 50) {
      const to = Math.min(copies, at + 50);
      await run(
        `INSERT INTO ${table} SELECT old.* REPLACE (${replaced.join(', ')}) FROM range(${at}, ${to}) ks(k), old ORDER BY k, ${time}`,
      );
    }
    await run('DROP TABLE old');
  }
  await run('INSERT INTO retried_attempts SELECT trace, retry FROM span_pages WHERE status = 2 AND hash(span) % 2 = 0');
  await run('CHECKPOINT');
  const [counted] = await db.query<{ pages: number; spans: number }>(
    `SELECT (SELECT count(*) FROM span_pages) AS pages, (SELECT count(*) FROM span_pages) + (SELECT count(*) FROM span_stages) AS spans`,
  );
  await db.close();
  return {
    store,
    ...counted!,
    storeBytes: statSync(store).size,
    jsonBytes: Math.round((seed.bytes / pages) * counted!.pages),
  };
}

/** Runs the built bin and measures it from outside: seconds and peak memory. */
export function timeCli(args: readonly string[]): { seconds: number; peakMb: number; output: string } {
  const started = performance.now();
  const output = execFileSync(process.execPath, ['--import', PEAK, BIN, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const seconds = Number(((performance.now() - started) / 1000).toFixed(3));
  const mark = output.lastIndexOf('\npeak ');
  return { seconds, peakMb: Math.round(Number(output.slice(mark + 6)) / 1024), output: output.slice(0, mark) };
}

const BIN = join(import.meta.dirname, '..', 'bin', 'crawlscope.js');
const PEAK = `data:text/javascript,process.on('exit',()=>console.log('\\npeak '+process.resourceUsage().maxRSS))`;
