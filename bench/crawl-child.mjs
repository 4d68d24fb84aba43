// Crawls sections of the site of crawl-process.ts, one a message, each with a crawler of its own; tells what each of them took.
import { trace } from '@opentelemetry/api';
import { CheerioCrawler, Configuration, HttpCrawler } from 'crawlee';

const [site, pages, kind] = process.argv.slice(2);
const size = Number(pages);
// What a semantic crawler loads besides. Without it the crawler without telemetry would be the only one with a heap so small that V8
// places its long-lived objects otherwise: any 5 MB more, of whatever code or data, cost such a crawl several per cent of CPU.
for (const client of ['openai', '@qdrant/js-client-rest']) await import(client);
const open = await opener(kind);

process.on('message', (section) => {
  const every = Array.from({ length: size }, (_, number) => `${site}/${String(section)}/${number}`);
  void crawl(kind === 'HttpCrawler' ? every : every.slice(0, 1)).then((sample) => process.send(sample));
});
process.on('disconnect', () => process.exit());
process.send({ startCpu: cpuSince() });

/** Makes crawlers of a kind, from what to call when a page is done. */
async function opener(name) {
  if (name === 'semantic') return (await import('./crawl-semantic.ts')).openCrawlers(size);
  const kinds = { CheerioCrawler, HttpCrawler };
  return (done) => {
    const requestHandler = async ({ $, enqueueLinks }) => {
      if ($) {
        $('article').text();
        await enqueueLinks();
      }
      done();
    };
    const configuration = new Configuration({
      persistStorage: false,
      availableMemoryRatio: 0.9,
      systemInfoIntervalMillis: 100_000,
    });
    return new kinds[name]({ minConcurrency: 8, maxConcurrency: 8, requestHandler }, configuration);
  };
}

/** Measured from the end of the first page to the end of the last one, without Crawlee's own start and end. */
async function crawl(urls) {
  let handled = 0;
  let from;
  let measured;
  const done = () => {
    from ??= { time: performance.now(), cpu: process.cpuUsage() };
    handled += 1;
    if (handled === size) measured = new Promise((resolve) => setImmediate(() => resolve(measure(from))));
  };
  await open(done).run(urls);
  if (handled !== size) throw new Error(`${handled} of ${size} pages were crawled`);
  return measured;
}

async function measure(from) {
  // The spans that wait in memory are part of what the section cost.
  await trace.getTracerProvider().getDelegate?.().forceFlush?.();
  return {
    pagesPerSecond: (size - 1) / ((performance.now() - from.time) / 1000),
    cpuPerPage: cpuSince(from.cpu) / (size - 1),
    memory: process.memoryUsage.rss() / 2 ** 20,
  };
}

/** CPU time of the process, in ms. */
function cpuSince(start) {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
