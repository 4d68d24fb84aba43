/**
 * Runs every benchmark, each against its baseline in the same run. `node bench/run.ts [--smoke] [name ...]` (after `npm run build`):
 * results go to bench/results/*.json, and all that stand there to docs/performance.md; with `--smoke` inputs are tiny, nothing is
 * written, and no time is judged.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { programsDirectory } from '../test/programs/build.ts';

interface Benchmark {
  readonly name: string;
  readonly title: string;
  /** Called as the benchmark unless given. */
  readonly script?: string;
  readonly args: readonly string[];
  readonly smoke: readonly string[];
  /** False where a program that it needs is missing. */
  readonly possible?: boolean;
}

const BENCHMARKS: readonly Benchmark[] = [
  { name: 'stage', title: 'A stage against a raw startActiveSpan with the same attributes', args: ['--json'], smoke: ['--json'] },
  { name: 'exporter', title: "The file exporter against the SDK's serialisation alone", args: ['--json'], smoke: ['--json'] },
  { name: 'ingest', title: 'Ingest against a JSON.parse loop over the same file', args: ['157', '1000', '10000'], smoke: ['2'] },
  { name: 'report', title: 'Weekly report, trace and growth of the history', args: ['1000000'], smoke: ['3000'] },
  {
    name: 'crawl',
    title: 'Semantic crawl (extract, embed, classify, store) with and without telemetry',
    args: ['--json'],
    smoke: ['--pages', '5', '--rounds', '1', '--processes', '1', '--json'],
  },
  {
    name: 'crawl-plain',
    title: 'Crawl that only follows links, with and without telemetry',
    script: 'crawl',
    args: ['--crawler', 'CheerioCrawler', '--json'],
    smoke: ['--crawler', 'CheerioCrawler', '--pages', '10', '--rounds', '1', '--processes', '1', '--json'],
  },
  {
    name: 'crawl-share',
    title: 'Share of the CPU that telemetry takes in a semantic crawl',
    args: ['--json'],
    smoke: ['--sections', '1', '--json'],
  },
  {
    name: 'crawl-share-plain',
    title: 'Share of the CPU that telemetry takes in a crawl that only follows links',
    script: 'crawl-share',
    args: ['--crawler', 'CheerioCrawler', '--sections', '25', '--json'],
    smoke: ['--crawler', 'CheerioCrawler', '--sections', '1', '--json'],
  },
  {
    name: 'collector',
    title: 'Collector',
    args: ['100'],
    smoke: ['1'],
    possible: existsSync(join(programsDirectory(), 'otelcol-crawlscope')),
  },
  {
    name: 'clickhouse',
    title: 'Report on ClickHouse against its rows',
    args: [],
    smoke: [],
    possible: !process.argv.includes('--smoke'),
  },
];

const { values, positionals } = parseArgs({ options: { smoke: { type: 'boolean', default: false } }, allowPositionals: true });
const results = join(import.meta.dirname, 'results');
const resultOf = (name: string): string => join(results, `${name}.json`);
for (const { name, script = name, args, smoke, possible = true } of BENCHMARKS) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  if (!possible) {
    console.error(`${name}: left out, what it needs is not here`);
    continue;
  }
  const output = execFileSync(process.execPath, [join(import.meta.dirname, `${script}.ts`), ...(values.smoke ? smoke : args)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const result = JSON.parse(output) as object;
  console.log(`${name}: ${JSON.stringify(result)}`);
  if (values.smoke) continue;
  mkdirSync(results, { recursive: true });
  writeFileSync(resultOf(name), `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), ...result }, null, 2)}\n`);
}
if (!values.smoke) {
  const sections = BENCHMARKS.filter(({ name }) => existsSync(resultOf(name))).map(
    ({ name, title, script = name, args }) =>
      `## ${title}\n\n\`node bench/${[`${script}.ts`, ...args].join(' ')}\`\n\n\`\`\`json\n${readFileSync(resultOf(name), 'utf8')}\`\`\`\n`,
  );
  writeFileSync(join(import.meta.dirname, '..', 'docs', 'performance.md'), describe(sections));
}

function describe(sections: readonly string[]): string {
  const [cpu] = cpus();
  const machine = `${availableParallelism()} cores (${cpu?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
  return `# Performance\n\nWritten by \`npm run bench\` (or \`npm run bench -- <name>\`) on ${machine}. Each figure stands beside its baseline of the same run.\n\n${sections.join('\n')}`;
}
