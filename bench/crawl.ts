/**
 * A Crawlee crawl of a local site with nothing, with OpenTelemetry's HTTP instrumentation alone, and with `crawlscope/register`.
 * The speed of a machine drifts, so the crawlers live side by side and take turns with sections of a second or two: each round
 * gives one ratio to nothing, and the median of these is told with its 95% interval.
 *
 *   npm run build && node bench/crawl.ts [--pages 200] [--rounds 36] [--processes 3] [--crawler HttpCrawler] [--json]
 *
 * `--other build/register.js` compares another build as well.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { serveSite } from './crawl-site.ts';
import { medianOf, medianWithInterval } from './median.ts';

/** What a crawler tells of one section. */
interface Sample {
  readonly pagesPerSecond: number;
  /** CPU time of the process, user and system, in ms. */
  readonly cpuPerPage: number;
  /** Resident memory at the end, in MiB. */
  readonly memory: number;
}

const { values } = parseArgs({
  options: {
    pages: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '36' },
    processes: { type: 'string', default: '3' },
    crawler: { type: 'string', default: 'CheerioCrawler' },
    other: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const pages = Number(values.pages);
const rounds = Number(values.rounds);
const processes = Math.min(rounds, Number(values.processes));
/** Sections that only warm a crawler up. */
const WARM_UP = 4;

const imports: Readonly<Record<string, readonly string[]>> = {
  nothing: [],
  http: [join(import.meta.dirname, 'crawl-http.mjs')],
  crawlscope: ['crawlscope/register'],
  ...(values.other && { other: [values.other] }),
};
const modes = Object.keys(imports);
const samples = new Map(modes.map((mode) => [mode, [] as Sample[]]));
const startCpu = new Map(modes.map((mode) => [mode, [] as number[]]));

const site = await serveSite(pages);
const directory = await mkdtemp(join(tmpdir(), 'crawlscope-bench-'));
for (let generation = 0; generation < processes; generation += 1) await compare(Math.ceil(rounds / processes));
await rm(directory, { recursive: true });
await site.close();
report();

async function compare(turns: number): Promise<void> {
  const children = new Map<string, ChildProcess>();
  for (const mode of modes) children.set(mode, await start(mode));
  for (let turn = -WARM_UP; turn < turns; turn += 1) {
    for (const mode of rotate(modes, turn + WARM_UP)) {
      const sample = await crawl(children.get(mode)!, turn);
      if (turn >= 0) samples.get(mode)?.push(sample);
    }
  }
  for (const child of children.values()) child.disconnect();
}

async function start(mode: string): Promise<ChildProcess> {
  const execArgv = (imports[mode] ?? []).flatMap((one) => ['--import', one]);
  const env = { ...process.env, CRAWLSCOPE_DIR: directory, CRAWLEE_LOG_LEVEL: 'ERROR' };
  const child = fork(join(import.meta.dirname, 'crawl-child.mjs'), [site.url, String(pages), values.crawler], { execArgv, env });
  child.once('exit', (code) => {
    if (code !== 0) throw new Error(`the crawler with ${mode} ended with ${code}`);
  });
  const [ready] = (await once(child, 'message')) as [{ startCpu: number }];
  startCpu.get(mode)?.push(ready.startCpu);
  return child;
}

async function crawl(child: ChildProcess, section: number): Promise<Sample> {
  child.send(`section${section}`);
  const [sample] = (await once(child, 'message')) as [Sample];
  return sample;
}

function report(): void {
  const results = modes.map((mode) => {
    const own = samples.get(mode) ?? [];
    const [speed, cpu] = (['pagesPerSecond', 'cpuPerPage'] as const).map((key) =>
      medianWithInterval(own.map((sample, round) => sample[key] / (samples.get('nothing')?.[round]?.[key] ?? Number.NaN))),
    );
    return {
      mode,
      pagesPerSecond: medianOf(own.map((sample) => sample.pagesPerSecond)),
      speedRatio: speed,
      cpuPerPage: medianOf(own.map((sample) => sample.cpuPerPage)),
      cpuRatio: cpu,
      memory: medianOf(own.map((sample) => sample.memory)),
      startCpu: medianOf(startCpu.get(mode) ?? []),
    };
  });
  if (values.json) return console.log(JSON.stringify({ pages, rounds, processes, crawler: values.crawler, results }));
  console.log(
    `${values.crawler}: medians of ${rounds} rounds of ${pages} pages in ${processes} processes; CPU in ms, memory in MiB`,
  );
  console.table(
    results.map(({ speedRatio, cpuRatio, ...row }) => ({ ...row, speedRatio: show(speedRatio), cpuRatio: show(cpuRatio) })),
  );
}

function show(ratio: { median: number; low: number; high: number } | undefined): string {
  return ratio ? `${ratio.median} (${ratio.low} to ${ratio.high})` : '';
}

function rotate<T>(list: readonly T[], by: number): T[] {
  const from = by % list.length;
  return [...list.slice(from), ...list.slice(0, from)];
}
