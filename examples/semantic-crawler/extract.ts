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
  const { document } = parseHTML(hasBody(html) ? html : `<html><body>${html}</body></html>`);
  for (const hidden of document.querySelectorAll('script, style, noscript, template')) hidden.remove();
  const title = collapse(document.querySelector('title')?.textContent ?? '');
  const everything = collapse(document.body.textContent ?? '');
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

/** HTML may leave out its outermost tags; linkedom does not add them. */
function hasBody(html: string): boolean {
  return /<html[\s>]/iu.test(html) && /<body[\s>]/iu.test(html);
}

function collapse(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}
