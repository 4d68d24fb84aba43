/**
 * Runs every benchmark, each against its baseline in the same run. `node bench/run.ts [--smoke]` (after `npm run build`): results go to
 * bench/results/*.json and docs/performance.md; with `--smoke` inputs are tiny, nothing is written, and no time is judged.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { programsDirectory } from '../test/programs/build.ts';

interface Benchmark {
  readonly name: string;
  readonly title: string;
  readonly args: readonly string[];
  readonly smoke: readonly string[];
  /** False where a program that it needs is missing. */
  readonly possible?: boolean;
}

const BENCHMARKS: readonly Benchmark[] = [
  { name: 'ingest', title: 'Ingest against a JSON.parse loop over the same file', args: ['157'], smoke: ['2'] },
  { name: 'report', title: 'Weekly report, trace and growth of the history', args: ['1000000'], smoke: ['3000'] },
  {
    name: 'crawl',
    title: 'Crawl with and without telemetry',
    args: ['--json'],
    smoke: ['--pages', '10', '--rounds', '1', '--json'],
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

const { values } = parseArgs({ options: { smoke: { type: 'boolean', default: false } } });
const results = join(import.meta.dirname, 'results');
const parts: string[] = [];
for (const { name, title, args, smoke, possible = true } of BENCHMARKS) {
  if (!possible) {
    console.error(`${name}: left out, what it needs is not here`);
    continue;
  }
  const script = join(import.meta.dirname, `${name}.ts`);
  const output = execFileSync(process.execPath, [script, ...(values.smoke ? smoke : args)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const result = JSON.parse(output) as object;
  console.log(`${name}: ${JSON.stringify(result)}`);
  parts.push(
    `## ${title}\n\n\`node bench/${name}.ts ${args.join(' ')}\`\n\n\`\`\`json\n${JSON.stringify(result, null, 2)}\n\`\`\`\n`,
  );
  if (values.smoke) continue;
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}
if (!values.smoke) writeFileSync(join(import.meta.dirname, '..', 'docs', 'performance.md'), describe(parts));

function describe(sections: readonly string[]): string {
  const [cpu] = cpus();
  const machine = `${availableParallelism()} cores (${cpu?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
  const date = new Date().toISOString().slice(0, 10);
  return `# Performance\n\nWritten by \`npm run bench\` on ${date}: ${machine}.\n\n${sections.join('\n')}`;
}
