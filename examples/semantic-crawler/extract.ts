import { Readability } from '@mozilla/readability';
import { fail } from 'crawlscope';
import { parseHTML } from 'linkedom';

export interface Article {
  readonly title: string;
  readonly text: string;
  readonly method: 'readability' | 'raw';
}

/** The main text of a page; all its visible text where Readability finds no article. */
export function extractArticle(html: string): Article {
  const { document } = parseHTML(html);
  const title = document.title?.trim() ?? '';
  const everything = collapse(document.body?.textContent ?? '');
  if (everything === '') {
    fail('empty_content');
    return { title, text: '', method: 'raw' };
  }
  const article = new Readability(document).parse();
  const text = collapse(article?.textContent ?? '');
  return text === ''
    ? { title, text: everything, method: 'raw' }
    : { title: article?.title?.trim() || title, text, method: 'readability' };
}

function collapse(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}
