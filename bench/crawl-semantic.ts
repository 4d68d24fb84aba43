import type { CheerioCrawler } from 'crawlee';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { trainClassifier } from '../examples/semantic-crawler/classify.ts';
import { createCrawler } from '../examples/semantic-crawler/crawler.ts';
import { embedAll } from '../examples/semantic-crawler/embed.ts';
import { openStore } from '../examples/semantic-crawler/store.ts';
import { Tally } from '../examples/semantic-crawler/tally.ts';

/** Crawlers of the example: extraction, a real embedding model, classification and a vector store (in a folder of this process). */
export async function openCrawlers(maxPages: number): Promise<(done: () => void) => CheerioCrawler> {
  const classifier = await trainClassifier(embedAll);
  const table = await openStore(mkdtempSync(join(process.env['CRAWLSCOPE_DIR']!, 'vectors-')), classifier.background.length);
  return (done) => createCrawler({ maxPages, timeoutSeconds: 30, classifier, table, tally: new Tally(done) });
}
