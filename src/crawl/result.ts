import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_CACHE_HIT,
  ATTR_CLASSIFICATION_METHOD,
  ATTR_EMBEDDING_ID,
  ATTR_EXTRACTION_METHOD,
  ATTR_MODEL_VERSION,
  ATTR_PAGE_CATEGORY,
  ATTR_PAGE_CONTENT_HASH,
  ATTR_PAGE_DEPTH,
  ATTR_PAGE_LENGTH,
  ATTR_PAGE_SCORE,
  ATTR_PAGE_TAGS,
  ATTR_PAGE_TAG_SCORES,
  ATTR_THRESHOLD_PASSED,
  ATTR_THRESHOLD_VALUE,
} from '../semconv.ts';
import type { PageState } from './active.ts';
import { cleanAttributes } from './attributes.ts';

/** What a page turned out to be; every field is optional and may come in several calls. */
export interface PageResult {
  /** Score of the chosen category. */
  readonly score?: number | undefined;
  readonly category?: string | undefined;
  /** Soft labels. */
  readonly tags?: readonly string[] | undefined;
  /** Parallel to `tags`. */
  readonly tagScores?: readonly number[] | undefined;
  /** Decision threshold in force; the run's when left out. */
  readonly threshold?: number | undefined;
  /** Whether the page passed the threshold; `score >= threshold` when left out. */
  readonly passed?: boolean | undefined;
  /** Characters of extracted text. */
  readonly length?: number | undefined;
  /** SHA-256 (hex) of the extracted text. */
  readonly contentHash?: string | undefined;
  /** Id in the vector store. */
  readonly embeddingId?: string | undefined;
  /** Such as `readability` or `raw`. */
  readonly extractionMethod?: string | undefined;
  readonly modelVersion?: string | undefined;
  /** Such as `centroid`. */
  readonly classificationMethod?: string | undefined;
  /** Whether a cache answered. */
  readonly cacheHit?: boolean | undefined;
  /** Link distance from a start URL. */
  readonly depth?: number | undefined;
}

const NAMES = {
  score: ATTR_PAGE_SCORE,
  category: ATTR_PAGE_CATEGORY,
  tags: ATTR_PAGE_TAGS,
  tagScores: ATTR_PAGE_TAG_SCORES,
  threshold: ATTR_THRESHOLD_VALUE,
  passed: ATTR_THRESHOLD_PASSED,
  length: ATTR_PAGE_LENGTH,
  contentHash: ATTR_PAGE_CONTENT_HASH,
  embeddingId: ATTR_EMBEDDING_ID,
  extractionMethod: ATTR_EXTRACTION_METHOD,
  modelVersion: ATTR_MODEL_VERSION,
  classificationMethod: ATTR_CLASSIFICATION_METHOD,
  cacheHit: ATTR_CACHE_HIT,
  depth: ATTR_PAGE_DEPTH,
} as const satisfies Record<keyof PageResult, string>;

const FIELDS = Object.entries(NAMES) as readonly [keyof PageResult, string][];

/** Puts a result on the page's span, and keeps what later failures and counts need. */
export function setResult(page: PageState, values: PageResult): void {
  const attributes: Attributes = {};
  for (const [key, name] of FIELDS) {
    const value = values[key];
    if (value !== undefined && value !== null) attributes[name] = value;
  }
  const clean = cleanAttributes(attributes);
  keepDetails(page, clean);
  judge(page, values, clean);
  page.span.setAttributes(clean);
}

function keepDetails(page: PageState, clean: Attributes): void {
  for (const name of [ATTR_PAGE_CONTENT_HASH, ATTR_PAGE_LENGTH]) {
    if (clean[name] !== undefined) page.details[name] = clean[name];
  }
  const model = clean[ATTR_MODEL_VERSION];
  if (model !== undefined) page.inherited[ATTR_MODEL_VERSION] = model;
  const category = clean[ATTR_PAGE_CATEGORY];
  if (typeof category === 'string') page.category = category;
}

function judge(page: PageState, { score, threshold, passed }: PageResult, attributes: Attributes): void {
  page.score = score ?? page.score;
  page.threshold = threshold ?? page.threshold;
  if (passed !== undefined) page.passed = passed;
  else if (page.score !== undefined && page.threshold !== undefined && (score ?? threshold) !== undefined) {
    page.passed = page.score >= page.threshold;
    attributes[ATTR_THRESHOLD_PASSED] = page.passed;
    attributes[ATTR_THRESHOLD_VALUE] = page.threshold;
  }
}
