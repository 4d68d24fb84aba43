/**
 * The whole ingest (read, parse, remove duplicates, store, ready to query) of OTLP JSON lines against a bare JSON.parse loop over the
 * same file in the same run, in seconds and in seconds of CPU, and the peak of resident memory; for each size of input given. The two
 * take turns, each in a process of its own; told are medians, and of the ratios of the turns the 95% interval too.
 * `npm run build && node bench/ingest.ts [megabytes ...] [--json FILE]`; prints JSON.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ingestInto } from 'crawlscope/analyze';
import { writeCrawlTraces } from './crawl-traces.ts';
import { medianOf, medianWithInterval } from './median.ts';

/** Rounds, of one run each, by the bytes of the input: what varies from run to run is small beside a large one. */
const roundsOf = (bytes: number): number => (bytes < 5e8 ? 15 : bytes < 2e9 ? 5 : 1);

if (process.argv[2] === 'parse') await report(() => parseLoop(process.argv[3]!));
else if (process.argv[2] === 'ingest') await report(() => ingestInto({ data: process.argv[3]!, store: process.argv[4]! }));
else {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
  const sizes = positionals.length > 0 ? positionals.map(Number) : [157];
  const runs = [];
  for (const megabytes of sizes) runs.push(await compare(megabytes * 1e6));
  const result = JSON.stringify({ runs });
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
    const parse: Measured[] = [];
    const ingest: Measured[] = [];
    let storeBytes = 0;
    for (let round = 0; round < roundsOf(bytes); round++) {
      const store = join(folder, `store-${round}.duckdb`);
      parse.push(measure('parse', file));
      ingest.push(measure('ingest', folder, store));
      storeBytes = statSync(store).size;
      rmSync(store);
    }
    const middle = (runs: readonly Measured[], value: keyof Measured): number => medianOf(runs.map((run) => run[value]));
    const ratio = (value: keyof Measured): object =>
      medianWithInterval(ingest.map((run, round) => run[value] / parse[round]![value]));
    return {
      input,
      rounds: parse.length,
      parseSeconds: middle(parse, 'seconds'),
      ingestSeconds: middle(ingest, 'seconds'),
      ratio: ratio('seconds'),
      parseCpuSeconds: middle(parse, 'cpuSeconds'),
      ingestCpuSeconds: middle(ingest, 'cpuSeconds'),
      cpuRatio: ratio('cpuSeconds'),
      peakMb: Math.max(...ingest.map((run) => run.peakMb)),
      storeBytes,
      spansPerSecond: Math.round(input.spans / middle(ingest, 'seconds')),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
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
