/**
 * Pages per second of a Crawlee crawl of a local site: with nothing, with OpenTelemetry's HTTP instrumentation alone, with
 * `crawlscope/register`. The runs are interleaved and the medians compared, for the speed of a machine drifts.
 *
 *   npm run build && node bench/crawl.ts [--pages 400] [--rounds 7] [--crawler CheerioCrawler] [--json]
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';

/** What one crawl measured of itself. */
interface Sample {
  pagesPerSecond: number;
  /** CPU time of the process, user and system, in ms. */
  cpuPerPage: number;
}

const MODES = {
  nothing: [],
  http: ['--import', join(import.meta.dirname, 'crawl-http.mjs')],
  crawlscope: ['--import', 'crawlscope/register'],
} as const;
type Mode = keyof typeof MODES;

const { values } = parseArgs({
  options: {
    pages: { type: 'string', default: '400' },
    rounds: { type: 'string', default: '7' },
    crawler: { type: 'string', default: 'CheerioCrawler' },
    json: { type: 'boolean', default: false },
  },
});
const pages = Number(values.pages);
const rounds = Number(values.rounds);

const site = await serveSite(pages);
const samples: Record<Mode, Sample[]> = { nothing: [], http: [], crawlscope: [] };
for (let round = 0; round < rounds; round += 1) {
  for (const mode of rotate(Object.keys(MODES) as Mode[], round)) samples[mode].push(await crawl(mode, site.url));
}
await site.close();
report();

async function crawl(mode: Mode, url: string): Promise<Sample> {
  const directory = await mkdtemp(join(tmpdir(), 'crawlscope-bench-'));
  const args = [...MODES[mode], join(import.meta.dirname, 'crawl-child.mjs'), url, String(pages), values.crawler];
  const env = { ...process.env, CRAWLSCOPE_DIR: directory, CRAWLEE_LOG_LEVEL: 'ERROR' };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  await rm(directory, { recursive: true });
  return JSON.parse(stdout) as Sample;
}

function report(): void {
  const results = (Object.keys(MODES) as Mode[]).map((mode) => ({
    mode,
    pagesPerSecond: median(samples[mode].map((sample) => sample.pagesPerSecond)),
    cpuPerPage: median(samples[mode].map((sample) => sample.cpuPerPage)),
    speedRatio: ratio(mode, (sample) => sample.pagesPerSecond),
    cpuRatio: ratio(mode, (sample) => sample.cpuPerPage),
  }));
  if (values.json) return console.log(JSON.stringify({ pages, rounds, crawler: values.crawler, results }));
  console.log(
    `${values.crawler}, ${pages} pages, ${rounds} rounds, medians; ratios are medians of each round's ratio to nothing`,
  );
  console.table(results);
}

/** Compared within a round: its runs met the same machine. */
function ratio(mode: Mode, of: (sample: Sample) => number): number {
  return median(samples[mode].map((sample, round) => of(sample) / of(samples.nothing[round] as Sample)));
}

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const value = sorted.length % 2 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  return Math.round((value ?? 0) * 1000) / 1000;
}

function rotate<T>(list: T[], by: number): T[] {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

/** A site of linked pages of 10 KB. */
async function serveSite(size: number): Promise<{ url: string; close: () => Promise<void> }> {
  const text = 'The quick brown fox jumps over the lazy dog. '.repeat(200);
  const server = createServer((request, response) => {
    const number = Number(request.url?.slice(2) ?? 0);
    const links = [number * 2 + 1, number * 2 + 2, number * 2 + 3].filter((next) => next < size);
    const anchors = links.map((next) => `<a href="/p${next}">${next}</a>`).join('');
    response.setHeader('content-type', 'text/html');
    response.end(
      `<html><head><title>Page ${number}</title></head><body><article><p>${text}</p>${anchors}</article></body></html>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
