/**
 * A Crawlee crawl of a local site with nothing, with OpenTelemetry's HTTP instrumentation alone, and with `crawlscope/register`.
 * The speed of a machine drifts, so the crawlers live side by side and take turns, in an order that chance gives, with sections of a
 * second or two. Two processes of the same crawler differ by several per cent for as long as they live, so each set of processes gives
 * one ratio to nothing, and the median of these is told with its 95% interval.
 *
 *   npm run build && node bench/crawl.ts [--pages 200] [--rounds 3] [--processes 12] [--crawler HttpCrawler] [--json]
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

type Ratio = ReturnType<typeof medianWithInterval>;

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
    rounds: { type: 'string', default: '3' },
    processes: { type: 'string', default: '12' },
    crawler: { type: 'string', default: 'CheerioCrawler' },
    other: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const pages = Number(values.pages);
const rounds = Number(values.rounds);
const processes = Number(values.processes);
/** Sections that only warm a crawler up. */
const WARM_UP = 4;

const imports: Readonly<Record<string, readonly string[]>> = {
  nothing: [],
  http: [join(import.meta.dirname, 'crawl-http.mjs')],
  crawlscope: ['crawlscope/register'],
  ...(values.other && { other: [values.other] }),
};
const modes = Object.keys(imports);
/** Of every mode, the samples of each of its processes. */
const samples = new Map(modes.map((mode) => [mode, [] as Sample[][]]));
const startCpu = new Map(modes.map((mode) => [mode, [] as number[]]));

const site = await serveSite(pages);
const directory = await mkdtemp(join(tmpdir(), 'crawlscope-bench-'));
for (let set = 0; set < processes; set += 1) await compare();
await rm(directory, { recursive: true });
await site.close();
report();

async function compare(): Promise<void> {
  const children = new Map<string, ChildProcess>();
  for (const mode of shuffle(modes)) {
    children.set(mode, await start(mode));
    samples.get(mode)?.push([]);
  }
  for (let turn = -WARM_UP; turn < rounds; turn += 1) {
    for (const mode of shuffle(modes)) {
      const sample = await crawl(children.get(mode)!, turn);
      if (turn >= 0) samples.get(mode)?.at(-1)?.push(sample);
    }
  }
  await Promise.all([...children.values()].map(end));
}

/** Its files are written by the time it has ended, not before. */
async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
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
    const own = (key: keyof Sample): number[] => mediansOf(mode, key);
    const ratio = (key: keyof Sample): Ratio =>
      medianWithInterval(own(key).map((value, set) => value / mediansOf('nothing', key)[set]!));
    return {
      mode,
      pagesPerSecond: medianOf(own('pagesPerSecond')),
      speedRatio: ratio('pagesPerSecond'),
      cpuPerPage: medianOf(own('cpuPerPage')),
      cpuRatio: ratio('cpuPerPage'),
      memory: medianOf(own('memory')),
      startCpu: medianOf(startCpu.get(mode) ?? []),
    };
  });
  if (values.json) return console.log(JSON.stringify({ pages, rounds, processes, crawler: values.crawler, results }));
  console.log(
    `${values.crawler}: medians of ${processes} processes, each of ${rounds} rounds of ${pages} pages; CPU in ms, memory in MiB`,
  );
  console.table(
    results.map(({ speedRatio, cpuRatio, ...row }) => ({ ...row, speedRatio: show(speedRatio), cpuRatio: show(cpuRatio) })),
  );
}

/** The median of each process of a mode. */
function mediansOf(mode: string, key: keyof Sample): number[] {
  return (samples.get(mode) ?? []).map((process) => medianOf(process.map((sample) => sample[key])));
}

function show({ median, low, high }: Ratio): string {
  return `${median} (${low} to ${high})`;
}

function shuffle<T>(list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, order: Math.random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
