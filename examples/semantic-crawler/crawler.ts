import type { Table } from '@lancedb/lancedb';
import { CheerioCrawler, Configuration, type CheerioCrawlingContext } from 'crawlee';
import { page } from 'crawlscope';
import { createHash } from 'node:crypto';
import { classify, THRESHOLD, type Classifier } from './classify.ts';
import { embedText } from './embed.ts';
import { extractArticle } from './extract.ts';
import { saveDocument } from './store.ts';
import type { Tally } from './tally.ts';

export interface CrawlerOptions {
  readonly maxPages: number;
  readonly timeoutSeconds: number;
  readonly classifier: Classifier;
  readonly table: Table;
  readonly tally: Tally;
}

/** A crawler that follows the links of one site and keeps the pages that are about something we look for. */
export function createCrawler({ maxPages, timeoutSeconds, ...pipeline }: CrawlerOptions): CheerioCrawler {
  return new CheerioCrawler(
    {
      maxRequestsPerCrawl: maxPages,
      maxConcurrency: 4,
      maxRequestRetries: 2,
      navigationTimeoutSecs: timeoutSeconds,
      requestHandler: async (context) => {
        await context.enqueueLinks();
        await processPage(context, pipeline);
      },
      failedRequestHandler: () => pipeline.tally.countFailure(),
    },
    new Configuration({ persistStorage: false }),
  );
}

async function processPage(
  { request, response, body }: CheerioCrawlingContext,
  { classifier, table, tally }: Pick<CrawlerOptions, 'classifier' | 'table' | 'tally'>,
): Promise<void> {
  if ((response.statusCode ?? 200) >= 400) return tally.countFailure();
  const { title, text, method } = extractArticle(body.toString());
  if (text === '') return tally.countFailure();
  const { vector, contentHash, cacheHit } = await embedText(text);
  const classification = classify(classifier, vector);
  const embeddingId = createHash('sha256').update(request.url).digest('hex').slice(0, 32);
  if (classification.passed) {
    await saveDocument(table, { id: embeddingId, url: request.url, title, category: classification.category, vector });
  }
  page.result({
    ...classification,
    threshold: THRESHOLD,
    length: text.length,
    contentHash,
    cacheHit,
    extractionMethod: method,
    embeddingId: classification.passed ? embeddingId : undefined,
  });
  tally.countPage(classification, cacheHit);
}
