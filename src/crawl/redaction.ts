import { cutText, redactParameters, redactSecrets } from './url.ts';

const URL_IN_TEXT = /[a-z][a-z0-9+.-]{0,30}:[/\\]{2}[^\s"<>]+/gi;
const QUERY_IN_TEXT = /[?&#][^\s"<>]+/g;
const LONGEST_TEXT = 65_536;

/** Free text (a message, a stack) with the URLs in it redacted, cut to a number of UTF-16 units; never throws. */
export function redactText(text: string, limit: number): string {
  const bounded = text.length > LONGEST_TEXT ? cutAtSpace(text) : text;
  const urls = bounded.replace(URL_IN_TEXT, (url) => redactSecrets(url));
  return cutText(
    urls.replace(QUERY_IN_TEXT, (query) => redactParameters(query)),
    limit,
  );
}

/** A URL cut in its middle could no longer be recognised, so the last word goes. */
function cutAtSpace(text: string): string {
  const slice = text.slice(0, LONGEST_TEXT);
  return `${slice.slice(0, slice.search(/\s\S*$/) + 1)}…`;
}
