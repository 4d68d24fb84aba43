/**
 * The share of a crawler's CPU time that is spent in telemetry, by its CPU profile: what `crawl.ts` cannot tell where two processes
 * without telemetry differ by more. A sample counts where the innermost frame that has a file, not one of Node, is one of crawlscope,
 * OpenTelemetry or their hook; the collection of their garbage is in neither share.
 *
 *   npm run build && node bench/crawl-share.ts [--sections 12] [--crawler semantic] [--json]
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { crawlSection, end, HTTP_ONLY, openSite, pagesOf } from './crawl-process.ts';

interface Profile {
  readonly nodes: readonly Frame[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

interface Frame {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

const { values } = parseArgs({
  options: {
    sections: { type: 'string', default: '12' },
    crawler: { type: 'string', default: 'semantic' },
    json: { type: 'boolean', default: false },
  },
});
const CRAWLSCOPE = pathToFileURL(join(import.meta.dirname, '..', 'dist/')).href;
const OPENTELEMETRY = /\/node_modules\/(?:@opentelemetry|import-in-the-middle)\//;
const isTelemetry = (url: string): boolean => url.startsWith(CRAWLSCOPE) || OPENTELEMETRY.test(url);
/** Of the profile: start, and code that is not compiled yet. */
const WARM_UP = 0.4;

const sections = Number(values.sections);
const pages = pagesOf(values.crawler);
const site = await openSite(values.crawler, pages);
const modes = { http: HTTP_ONLY, crawlscope: 'crawlscope/register' };
const results = [];
for (const [mode, module] of Object.entries(modes)) results.push({ mode, ...shareOf(await profile(mode, module)) });
await site.close();
if (values.json) console.log(JSON.stringify({ crawler: values.crawler, pages: pages * sections, results }));
else console.table(results);

async function profile(mode: string, module: string): Promise<Profile> {
  const name = `${mode}.cpuprofile`;
  const profiling = ['--cpu-prof', '--cpu-prof-interval', '400', '--cpu-prof-dir', site.directory, '--cpu-prof-name', name];
  const { child } = await site.start([...profiling, '--import', module]);
  for (let section = 0; section < sections; section += 1) await crawlSection(child, section);
  await end(child);
  return JSON.parse(await readFile(join(site.directory, name), 'utf8')) as Profile;
}

/** Milliseconds a page, and their share of all but idle time. */
function shareOf({ nodes, samples, timeDeltas }: Profile): { busyPerPage: number; telemetryPerPage: number; share: number } {
  const own = new Map<number, boolean>();
  const idle = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id));
  // Parents stand before their children.
  for (const { id, callFrame, children = [] } of nodes) {
    const { url } = callFrame;
    const isOwn = url === '' || url.startsWith('node:') ? (own.get(id) ?? false) : isTelemetry(url);
    own.set(id, isOwn);
    for (const child of children) own.set(child, isOwn);
  }
  const measured = Math.floor(samples.length * WARM_UP);
  let busy = 0;
  let telemetry = 0;
  for (let index = measured; index < samples.length; index += 1) {
    const id = samples[index]!;
    const delta = timeDeltas[index]!;
    if (idle.has(id)) continue;
    busy += delta;
    if (own.get(id)) telemetry += delta;
  }
  const perPage = (micros: number): number => Number((micros / 1000 / (pages * sections * (1 - WARM_UP))).toPrecision(3));
  return { busyPerPage: perPage(busy), telemetryPerPage: perPage(telemetry), share: Number((telemetry / busy).toPrecision(3)) };
}
