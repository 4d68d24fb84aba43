import { CrawlscopeError } from '../errors.ts';
import { escapeTerminal } from '../report/escape.ts';
import type { Store } from '../store/store.ts';

/** Every category that a page was given, in alphabetical order. */
export async function listCategories(store: Store): Promise<string[]> {
  const rows = await store.query<{ category: string }>(
    'SELECT DISTINCT category FROM pages WHERE category IS NOT NULL ORDER BY category',
  );
  return rows.map((row) => row.category);
}

/** Rejects with `UNKNOWN_CATEGORY` where no page has the category. */
export async function checkCategory(store: Store, category: string): Promise<void> {
  const known = await listCategories(store);
  if (known.includes(category)) return;
  const next =
    known.length > 0 ? `Known are: ${escapeTerminal(known.join(', '))}` : 'There are no classified pages yet: check --data.';
  throw new CrawlscopeError('UNKNOWN_CATEGORY', `no page has the category "${escapeTerminal(category)}"`, next);
}
