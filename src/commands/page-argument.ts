import type { Lookup } from '../analyses/page-lookup.ts';
import { CrawlscopeError } from '../errors.ts';
import { escapeTerminal } from '../report/escape.ts';

/** The error for a text that names no page, or several: `UNKNOWN_URL` or `AMBIGUOUS_URL`, with what was probably meant. */
export function notOne(text: string, lookup: Exclude<Lookup, { kind: 'found' }>): CrawlscopeError {
  const shown = escapeTerminal(text);
  if (lookup.kind === 'ambiguous') {
    const more = lookup.total > lookup.candidates.length ? `\n    and ${lookup.total - lookup.candidates.length} more` : '';
    return new CrawlscopeError(
      'AMBIGUOUS_URL',
      `${lookup.total} pages match "${shown}"`,
      `Give more of it:${list(lookup.candidates)}${more}`,
    );
  }
  const next = lookup.near.length > 0 ? `Did you mean:${list(lookup.near)}` : 'There are no pages in the data yet: check --data.';
  return new CrawlscopeError('UNKNOWN_URL', `no page matches "${shown}"`, next);
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `\n    ${escapeTerminal(line)}`).join('');
}
