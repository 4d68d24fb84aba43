// Crawls the site of crawl.ts and tells how long that took.
import { CheerioCrawler, Configuration, HttpCrawler } from 'crawlee';

const [url, pages, kind] = process.argv.slice(2);
let handled = 0;
const kinds = { CheerioCrawler, HttpCrawler };
const crawler = new kinds[kind](
  {
    minConcurrency: 8,
    maxConcurrency: 8,
    requestHandler: async ({ $, enqueueLinks }) => {
      handled += 1;
      if (!$) return;
      $('article').text();
      await enqueueLinks();
    },
  },
  new Configuration({ persistStorage: false, availableMemoryRatio: 0.9, systemInfoIntervalMillis: 100_000 }),
);
const every = Array.from({ length: Number(pages) }, (_, number) => `${url}/p${number}`);
const startedAt = performance.now();
const cpu = process.cpuUsage();
await crawler.run(kind === 'HttpCrawler' ? every : [`${url}/p0`]);
const { user, system } = process.cpuUsage(cpu);
const seconds = (performance.now() - startedAt) / 1000;
if (handled !== Number(pages)) throw new Error(`${handled} of ${pages} pages were crawled`);
console.log(JSON.stringify({ pagesPerSecond: handled / seconds, cpuPerPage: (user + system) / 1000 / handled }));
