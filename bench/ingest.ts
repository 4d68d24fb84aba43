/**
 * The whole ingest (read, parse, remove duplicates, store, ready to query) of OTLP JSON lines against a bare JSON.parse loop over the
 * same file in the same run, in seconds and in seconds of CPU, and the peak of resident memory.
 * `node bench/ingest.ts [megabytes] [--json FILE]`; prints JSON.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ingestInto } from '../src/store/open.ts';
import { writeCrawlTraces } from './crawl-traces.ts';

const REPEATS = 3;

if (process.argv[2] === 'parse') await report(() => parseLoop(process.argv[3]!));
else if (process.argv[2] === 'ingest') await report(() => ingestInto({ data: process.argv[3]!, store: process.argv[4]! }));
else {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
  const result = JSON.stringify(await compare(Number(positionals[0] ?? 157) * 1e6));
  if (values.json !== undefined) writeFileSync(values.json, `${result}\n`);
  console.log(result);
}

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

async function compare(bytes: number): Promise<object> {
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
    const [parseSeconds, ingestSeconds] = [least(parse, 'seconds'), least(ingest, 'seconds')];
    const [parseCpuSeconds, ingestCpuSeconds] = [least(parse, 'cpuSeconds'), least(ingest, 'cpuSeconds')];
    return {
      input,
      parseSeconds,
      ingestSeconds,
      ratio: Number((ingestSeconds / parseSeconds).toFixed(2)),
      parseCpuSeconds,
      ingestCpuSeconds,
      cpuRatio: Number((ingestCpuSeconds / parseCpuSeconds).toFixed(2)),
      peakMb: Math.max(...ingest.map((run) => run.peakMb)),
      storeBytes,
      spansPerSecond: Math.round(input.spans / ingestSeconds),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function least(runs: readonly Measured[], value: keyof Measured): number {
  return Math.min(...runs.map((run) => run[value]));
}

function measure(...args: string[]): Measured {
  const output = execFileSync(process.execPath, [import.meta.filename, ...args], { encoding: 'utf8' });
  return JSON.parse(output) as Measured;
}

async function report(work: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  await work();
  const seconds = Number(((performance.now() - started) / 1000).toFixed(3));
  const { user, system } = process.cpuUsage();
  const cpuSeconds = Number(((user + system) / 1e6).toFixed(3));
  console.log(JSON.stringify({ seconds, cpuSeconds, peakMb: Math.round(process.resourceUsage().maxRSS / 1024) }));
}

async function parseLoop(path: string): Promise<void> {
  const file = await open(path);
  for await (const line of file.readLines()) JSON.parse(line);
}
