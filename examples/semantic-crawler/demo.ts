import { spawn } from 'node:child_process';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, styleText } from 'node:util';
import { startSite, TROUBLE, type Site } from './site.ts';

const { values } = parseArgs({
  options: {
    pages: { type: 'string', default: '150' },
    port: { type: 'string', default: '8787' },
    timeout: { type: 'string', default: '5' },
  },
});

const root = dirname(fileURLToPath(import.meta.resolve('crawlscope/package.json')));
const telemetry = resolve(process.env['CRAWLSCOPE_DIR'] || '.crawlscope');
const env = { ...process.env, CRAWLSCOPE_DIR: telemetry };

const site = await startSite(join(root, 'node_modules'), { pages: Number(values.pages), port: Number(values.port) });
try {
  await showCrawl(site);
  await showTrace(site);
  await showReport(site);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await site.close();
}

async function showCrawl({ url, pages }: Site): Promise<void> {
  heading(
    `Crawling ${pages} READMEs and a few pages that make trouble: node --import crawlscope/register crawl.ts --start ${url}`,
  );
  const words = ['crawl.ts', '--start', url, '--max-pages', String(2 * pages), '--timeout', values.timeout];
  await node(['--import', 'crawlscope/register', ...words], {
    cwd: import.meta.dirname,
    env: { ...env, CRAWLEE_LOG_LEVEL: 'OFF' },
  });
}

async function showTrace(at: Site): Promise<void> {
  const flaky = new URL(TROUBLE.flaky, at.url).href;
  heading(`A page that was tried twice: crawlscope trace ${flaky}`);
  await crawlscope('trace', flaky);
}

async function showReport(at: Site): Promise<void> {
  const report = join(telemetry, 'report.html');
  const weekAgo = new Date(Date.now() - 7 * 24 * 3_600_000).toISOString().slice(0, 10);
  heading(`The week's report: crawlscope report --from ${weekAgo} --out ${shown(report)}`);
  await crawlscope('report', '--from', weekAgo, '--out', report);
  console.log(`Report      ${shown(report)}`);
  console.log(`Telemetry   ${shown(telemetry)} (every run adds to it; delete the folder to start over)`);
  console.log(`Next        npx crawlscope trace ${new URL(TROUBLE.slow, at.url).href}`);
}

function heading(text: string): void {
  console.log(`\n${styleText('bold', text)}\n`);
}

function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere === '' || fromHere.startsWith('..') ? path : fromHere;
}

async function crawlscope(...words: string[]): Promise<void> {
  await node([join(root, 'bin', 'crawlscope.js'), ...words], { env });
}

async function node(words: string[], options: { cwd?: string; env: NodeJS.ProcessEnv }): Promise<void> {
  const child = spawn(process.execPath, words, { ...options, stdio: 'inherit' });
  const code = await new Promise<number | null>((done, failed) => child.once('error', failed).once('exit', done));
  if (code !== 0) throw new Error(`The demo stops here: node ${words.join(' ')} ended with exit code ${code}.`);
}
