// Crawls sections of the site of crawl.ts, one a message, each with a crawler of its own; tells what each of them took.
import { trace } from '@opentelemetry/api';
import { CheerioCrawler, Configuration, HttpCrawler } from 'crawlee';

const [site, pages, kind] = process.argv.slice(2);
const size = Number(pages);
const kinds = { CheerioCrawler, HttpCrawler };

process.on('message', (section) => {
  const every = Array.from({ length: size }, (_, number) => `${site}/${String(section)}/${number}`);
  void crawl(kind === 'HttpCrawler' ? every : every.slice(0, 1)).then((sample) => process.send(sample));
});
process.on('disconnect', () => process.exit());
process.send({ startCpu: cpuSince() });

/** Measured from the first page handled to the last one, without Crawlee's own start and end. */
async function crawl(urls) {
  let handled = 0;
  let from;
  let measured;
  const requestHandler = async ({ $, enqueueLinks }) => {
    from ??= { time: performance.now(), cpu: process.cpuUsage() };
    if ($) {
      $('article').text();
      await enqueueLinks();
    }
    handled += 1;
    if (handled === size) measured = new Promise((resolve) => setImmediate(() => resolve(measure(from))));
  };
  const configuration = new Configuration({
    persistStorage: false,
    availableMemoryRatio: 0.9,
    systemInfoIntervalMillis: 100_000,
  });
  await new kinds[kind]({ minConcurrency: 8, maxConcurrency: 8, requestHandler }, configuration).run(urls);
  if (handled !== size) throw new Error(`${handled} of ${size} pages were crawled`);
  return measured;
}

async function measure(from) {
  // The spans that wait in memory are part of what the section cost.
  await trace.getTracerProvider().getDelegate?.().forceFlush?.();
  return {
    pagesPerSecond: size / ((performance.now() - from.time) / 1000),
    cpuPerPage: cpuSince(from.cpu) / size,
    memory: process.memoryUsage.rss() / 2 ** 20,
  };
}

/** CPU time of the process, in ms. */
function cpuSince(start) {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
