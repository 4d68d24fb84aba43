import { dialectOf } from '../store/dialect.ts';
import type { Store } from '../store/store.ts';
import type { Window } from './analysis.ts';
import { latestPages, windowParameters } from './latest-pages.ts';

/** How often a tag and a category come together; no statement about right or wrong. */
export interface TagAssociation {
  readonly tag: string;
  readonly category: string;
  readonly pages: number;
  /** Of the pages with the tag, the share in the category. */
  readonly row_share: number;
  /** The share divided by the category's share of all pages: above 1, they attract each other. */
  readonly lift: number;
}

/** The association of every tag with every category of the window, most frequent tags first. */
export async function associateTags(store: Store, window: Window): Promise<TagAssociation[]> {
  const parameters = windowParameters(window);
  const { digest, unnest } = dialectOf(store);
  const latest = latestPages(store);
  const categories = await store.query<{ category: string; pages: number }>(
    `SELECT category, COUNT(*) AS pages FROM ${latest} latest GROUP BY category`,
    parameters,
  );
  const cells = await store.query<{ tag: string; category: string; pages: number }>(
    `SELECT tag, category, COUNT(*) AS pages
     FROM (SELECT DISTINCT ${digest('trace_id')} AS trace, category, ${unnest('tags')} AS tag FROM ${latest} latest) tagged
     GROUP BY tag, category`,
    parameters,
  );
  const total = categories.reduce((sum, row) => sum + row.pages, 0);
  const categoryShares = new Map(categories.map((row) => [row.category, row.pages / total]));
  const tagPages = new Map<string, number>();
  for (const cell of cells) tagPages.set(cell.tag, (tagPages.get(cell.tag) ?? 0) + cell.pages);
  return cells
    .map((cell) => {
      const rowShare = cell.pages / (tagPages.get(cell.tag) ?? 1);
      return { ...cell, row_share: rowShare, lift: rowShare / (categoryShares.get(cell.category) ?? 1) };
    })
    .toSorted(
      (left, right) =>
        (tagPages.get(right.tag) ?? 0) - (tagPages.get(left.tag) ?? 0) ||
        left.tag.localeCompare(right.tag) ||
        right.pages - left.pages ||
        left.category.localeCompare(right.category),
    );
}
