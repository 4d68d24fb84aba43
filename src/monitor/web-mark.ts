import { findClassified, recordLabel } from '../analyses/label-record.ts';
import { samplingReason } from '../analyses/label-suggestions.ts';
import { CrawlscopeError } from '../errors.ts';
import type { Store } from '../store/store.ts';

const WEEK_US = 7 * 86_400_000_000;
const LONGEST = 2000;

/** The fields of the form that marks a page, as they came. */
export type MarkFields = Readonly<Record<string, unknown>>;

/**
 * Records what a person says about the classified page of a trace. "Right" is the verdict that it should pass, with its own category
 * confirmed; "wrong" that it should not. Rejects with `BAD_MARK` on a field that is missing or too long.
 */
export async function markPage(store: Store, data: string, traceId: string, fields: MarkFields, nowUs: number): Promise<string> {
  const verdict = fields['verdict'];
  const reason = readText(fields, 'reason');
  if (verdict !== 'right' && verdict !== 'wrong') throw bad('it is neither marked right nor wrong');
  if (reason === null) throw bad('the reason is empty');
  const category = readText(fields, 'category');
  const page = await findClassified(store, { kind: 'found', url: null, visits: [{ traceId, startUs: 0 }] });
  const window = { fromUs: (page.start_us ?? nowUs) - WEEK_US + 1, toUs: (page.start_us ?? nowUs) + 1 };
  return recordLabel(data, page, {
    verdict: verdict === 'right' ? 'false_negative' : 'false_positive',
    reason,
    category: verdict === 'right' ? page.category : category,
    tags: null,
    by: readText(fields, 'by'),
    samplingReason: await samplingReason(store, window, traceId),
    timeUs: nowUs,
  });
}

function readText(fields: MarkFields, name: string): string | null {
  const value = fields[name];
  if (value !== undefined && typeof value !== 'string') throw bad(`${name} is no text`);
  if (value !== undefined && value.length > LONGEST) throw bad(`${name} is longer than ${LONGEST} characters`);
  return value?.trim() || null;
}

function bad(message: string): CrawlscopeError {
  return new CrawlscopeError('BAD_MARK', message, 'Go back and fill in the form again.');
}
