import { createHash } from 'node:crypto';
import type { Attributes } from '@opentelemetry/api';
import { page } from '../crawl/page.ts';
import { fail } from '../crawl/stage.ts';
import { ATTR_EXTRACTION_METHOD, ATTR_PAGE_CONTENT_HASH, ATTR_PAGE_LENGTH } from '../semconv.ts';

/** What an extraction tells about its page; an empty one is a failure, unless a stage of the user's goes on from there. */
export function describeExtraction(method: string, text: string | null | undefined, own: boolean): Attributes {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') {
    if (own) fail('empty_content');
    return { [ATTR_EXTRACTION_METHOD]: method };
  }
  const contentHash = createHash('sha256').update(trimmed).digest('hex');
  page.result({ extractionMethod: method, length: trimmed.length, contentHash });
  return { [ATTR_EXTRACTION_METHOD]: method, [ATTR_PAGE_LENGTH]: trimmed.length, [ATTR_PAGE_CONTENT_HASH]: contentHash };
}
