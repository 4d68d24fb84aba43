// Crawls sections of the site of crawl.ts, one a message, with one crawler that stays alive; tells what each of them took.
import { trace } from '@opentelemetry/api';
import { CheerioCrawler, Configuration, HttpCrawler } from 'crawlee';

const [site, pages, kind] = process.argv.slice(2);
const size = Number(pages);
let handled = 0;
let from;
let finish;

const kinds = { CheerioCrawler, HttpCrawler };
const crawler = new kinds[kind](
  {
    keepAlive: true,
    minConcurrency: 8,
    maxConcurrency: 8,
    autoscaledPoolOptions: { maybeRunIntervalSecs: 0.02 },
    requestHandler: async ({ $, enqueueLinks }) => {
      from ??= { time: performance.now(), cpu: process.cpuUsage() };
      if ($) {
        $('article').text();
        await enqueueLinks();
      }
      handled += 1;
      if (handled === size) setImmediate(finish);
    },
  },
  new Configuration({ persistStorage: false, availableMemoryRatio: 0.9, systemInfoIntervalMillis: 100_000 }),
);
void crawler.run([]);

process.on('message', async (section) => {
  handled = 0;
  from = undefined;
  const { promise, resolve } = Promise.withResolvers();
  finish = resolve;
  const every = Array.from({ length: size }, (_, number) => `${site}/${section}/${number}`);
  await crawler.addRequests(kind === 'HttpCrawler' ? every : every.slice(0, 1));
  await promise;
  // What the section left in memory belongs to its cost.
  await trace.getTracerProvider().getDelegate?.().forceFlush?.();
  const { user, system } = process.cpuUsage(from.cpu);
  process.send({
    pagesPerSecond: size / ((performance.now() - from.time) / 1000),
    cpuPerPage: (user + system) / 1000 / size,
    memory: process.memoryUsage.rss() / 2 ** 20,
  });
});
process.on('disconnect', () => process.exit());
const { user, system } = process.cpuUsage();
process.send({ startCpu: (user + system) / 1000 });
