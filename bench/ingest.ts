/**
 * The whole ingest (read, parse, remove duplicates, store, ready to query) of OTLP JSON lines against a bare JSON.parse loop over the
 * same file in the same run. `node bench/ingest.ts [megabytes]`; prints JSON.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ingestInto } from '../src/store/open.ts';
import { writeCrawlTraces } from './crawl-traces.ts';

const REPEATS = 3;

if (process.argv[2] === 'parse') await report(() => parseLoop(process.argv[3]!));
else if (process.argv[2] === 'ingest') await report(() => ingestInto({ data: process.argv[3]!, store: process.argv[4]! }));
else await compare(Number(process.argv[2] ?? 157) * 1e6);

async function compare(bytes: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'crawlscope-bench-'));
  try {
    const file = join(folder, 'traces.jsonl');
    const input = await writeCrawlTraces(file, bytes);
    const parse = [];
    const ingest = [];
    let storeBytes = 0;
    for (let round = 0; round < REPEATS; round++) {
      const store = join(folder, `store-${round}.duckdb`);
      parse.push(measure('parse', file));
      ingest.push(measure('ingest', folder, store));
      storeBytes = statSync(store).size;
      rmSync(store);
    }
    const [parseSeconds, ingestSeconds] = [parse, ingest].map((runs) => Math.min(...runs.map((run) => run.seconds))) as [
      number,
      number,
    ];
    const peakMb = Math.max(...ingest.map((run) => run.peakMb));
    const ratio = Number((ingestSeconds / parseSeconds).toFixed(2));
    console.log(
      JSON.stringify({
        input,
        parseSeconds,
        ingestSeconds,
        ratio,
        peakMb,
        storeBytes,
        spansPerSecond: Math.round(input.spans / ingestSeconds),
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measure(...args: string[]): { seconds: number; peakMb: number } {
  const output = execFileSync(process.execPath, [import.meta.filename, ...args], { encoding: 'utf8' });
  return JSON.parse(output) as { seconds: number; peakMb: number };
}

async function report(work: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  await work();
  const seconds = Number(((performance.now() - started) / 1000).toFixed(3));
  console.log(JSON.stringify({ seconds, peakMb: Math.round(process.resourceUsage().maxRSS / 1024) }));
}

async function parseLoop(path: string): Promise<void> {
  const file = await open(path);
  for await (const line of file.readLines()) JSON.parse(line);
}
