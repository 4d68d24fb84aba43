/**
 * A crawl of a local site with nothing, with nothing once more, with OpenTelemetry's HTTP instrumentation alone, and with
 * `crawlscope/register`: the crawl of the example (`semantic`), or one of Crawlee's that only follows links (`CheerioCrawler`,
 * `HttpCrawler`). The speed of a machine drifts, so the crawlers live side by side and take turns, in an order that chance gives, with
 * sections of a second or two. Two processes of the same crawler differ by several per cent for as long as they live, so each set of
 * processes gives one ratio to nothing, and the median of these is told with its 95% interval.
 *
 *   npm run build && node bench/crawl.ts [--crawler semantic] [--pages 20] [--rounds 3] [--processes 12] [--json]
 *
 * `--other build/register.js` compares another build as well.
 */
import type { ChildProcess } from 'node:child_process';
import { parseArgs } from 'node:util';
import { crawlSection, end, HTTP_ONLY, openSite, pagesOf, type Sample } from './crawl-process.ts';
import { medianOf, medianWithInterval } from './median.ts';

type Ratio = ReturnType<typeof medianWithInterval>;

const { values } = parseArgs({
  options: {
    pages: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    processes: { type: 'string', default: '12' },
    crawler: { type: 'string', default: 'semantic' },
    other: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const pages = Number(values.pages ?? pagesOf(values.crawler));
const rounds = Number(values.rounds);
const processes = Number(values.processes);
/** Sections that only warm a crawler up. */
const warmUp = values.crawler === 'semantic' ? 2 : 4;

const imports: Readonly<Record<string, readonly string[]>> = {
  nothing: [],
  // How far apart two crawlers are that are the same.
  again: [],
  http: [HTTP_ONLY],
  crawlscope: ['crawlscope/register'],
  ...(values.other && { other: [values.other] }),
};
const modes = Object.keys(imports);
/** Of every mode, the samples of each of its processes. */
const samples = new Map(modes.map((mode) => [mode, [] as Sample[][]]));
const startCpu = new Map(modes.map((mode) => [mode, [] as number[]]));

const site = await openSite(values.crawler, pages);
for (let set = 0; set < processes; set += 1) await compare();
await site.close();
report();

async function compare(): Promise<void> {
  const children = new Map<string, ChildProcess>();
  for (const mode of shuffle(modes)) {
    const started = await site.start((imports[mode] ?? []).flatMap((one) => ['--import', one]));
    children.set(mode, started.child);
    startCpu.get(mode)?.push(started.startCpu);
    samples.get(mode)?.push([]);
  }
  for (let turn = -warmUp; turn < rounds; turn += 1) {
    for (const mode of shuffle(modes)) {
      const sample = await crawlSection(children.get(mode)!, turn);
      if (turn >= 0) samples.get(mode)?.at(-1)?.push(sample);
    }
  }
  await Promise.all([...children.values()].map(end));
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
