import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, styleText } from 'node:util';
import { startSite, TROUBLE } from './site.ts';

const { values } = parseArgs({
  options: {
    pages: { type: 'string', default: '150' },
    port: { type: 'string', default: '8787' },
    timeout: { type: 'string', default: '5' },
  },
});

const here = import.meta.dirname;
const root = dirname(fileURLToPath(import.meta.resolve('crawlscope/package.json')));
const telemetry = resolve(process.env['CRAWLSCOPE_DIR'] || '.crawlscope');
const environment = { ...process.env, CRAWLSCOPE_DIR: telemetry };
const shown = (path: string): string => relative(process.cwd(), path) || path;

const site = await startSite(join(root, 'node_modules'), { pages: Number(values.pages), port: Number(values.port) });
try {
  heading(`A site of ${site.pages} READMEs and ${Object.keys(TROUBLE).length} pages that make trouble, at ${site.url}`);
  const crawlArguments = ['--start', site.url, '--max-pages', String(2 * site.pages), '--timeout', values.timeout];
  heading(`Crawling it: node --import crawlscope/register crawl.ts --start ${site.url}`);
  await run(['--import', 'crawlscope/register', 'crawl.ts', ...crawlArguments], {
    cwd: here,
    env: { ...environment, CRAWLEE_LOG_LEVEL: 'OFF' },
  });

  const flaky = new URL(TROUBLE.flaky, site.url).href;
  heading(`A page that was retried: crawlscope trace ${flaky}`);
  await crawlscope('trace', flaky);

  const report = join(telemetry, 'report.md');
  heading(`The week's report: crawlscope report --out ${shown(report)}`);
  await crawlscope('report', '--out', report);
  console.log(`Report      ${shown(report)}`);
  console.log(`Telemetry   ${shown(join(telemetry, 'otlp'))} (every run adds to it; delete ${shown(telemetry)} to start over)`);
  console.log(`Try         npx crawlscope trace ${new URL(TROUBLE.slow, site.url).href}`);
} finally {
  await site.close();
}

function heading(text: string): void {
  console.log(`\n${styleText('bold', text)}\n`);
}

async function crawlscope(...words: string[]): Promise<void> {
  const bin = join(root, 'bin', 'crawlscope.js');
  if (!existsSync(join(root, 'dist'))) throw new Error('crawlscope is not built: run npm run build first');
  await run([bin, ...words], { cwd: process.cwd(), env: environment });
}

async function run(words: string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<void> {
  const child = spawn(process.execPath, words, { ...options, stdio: 'inherit' });
  const code = await new Promise<number | null>((done, failed) => child.once('error', failed).once('exit', done));
  if (code !== 0) throw new Error(`node ${words.join(' ')} ended with exit code ${code}`);
}
