import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PLAIN, readmeTexts, serveSite } from './crawl-site.ts';

/** What a crawler tells of one section. */
export interface Sample {
  readonly pagesPerSecond: number;
  /** CPU time of the process, user and system, in ms. */
  readonly cpuPerPage: number;
  /** Resident memory at the end, in MiB. */
  readonly memory: number;
}

/** The least that OpenTelemetry gives a crawler. */
export const HTTP_ONLY = join(import.meta.dirname, 'crawl-http.mjs');

const EXAMPLE = join(import.meta.dirname, '..', 'examples', 'semantic-crawler');

/** Pages of a section: a second or two of crawling. */
export const pagesOf = (kind: string): number => (kind === 'semantic' ? 20 : 200);

/** A local site and the crawlers of it: the example's (`semantic`) or one of Crawlee's classes that only follows links. */
export async function openSite(kind: string, pages: number) {
  const semantic = kind === 'semantic';
  const site = await serveSite(pages, semantic ? readmeTexts(pages) : PLAIN);
  const directory = await mkdtemp(join(tmpdir(), 'crawlscope-bench-'));
  // The example declares its stages in its folder.
  const cwd = semantic ? EXAMPLE : import.meta.dirname;
  const env = { ...process.env, CRAWLSCOPE_DIR: directory, CRAWLEE_LOG_LEVEL: 'ERROR' };

  /** Starts a crawler with options of Node; `startCpu` is the CPU time in ms until it could crawl. */
  const start = async (execArgv: readonly string[]): Promise<{ child: ChildProcess; startCpu: number }> => {
    const child = fork(join(import.meta.dirname, 'crawl-child.mjs'), [site.url, String(pages), kind], {
      execArgv: [...execArgv],
      env,
      cwd,
    });
    child.once('exit', (code) => {
      if (code !== 0) throw new Error(`the crawler with ${execArgv.join(' ')} ended with ${code}`);
    });
    const [{ startCpu }] = (await once(child, 'message')) as [{ startCpu: number }];
    return { child, startCpu };
  };
  const close = async (): Promise<void> => {
    await rm(directory, { recursive: true });
    await site.close();
  };
  return { directory, start, close };
}

/** Lets a crawler crawl a section of the site: the same pages under another path. */
export async function crawlSection(child: ChildProcess, section: number): Promise<Sample> {
  child.send(`section${section}`);
  const [sample] = (await once(child, 'message')) as [Sample];
  return sample;
}

/** The files of a crawler are written by the time it has ended, not before. */
export async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}
