import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { findReadmes, renderReadme } from '../examples/semantic-crawler/readmes.ts';

const TEXT = `<p>${'The quick brown fox jumps over the lazy dog. '.repeat(200)}</p>`;

/** 10 KB of the same text on every page. */
export const PLAIN = [TEXT];

/** The READMEs of installed packages, as HTML. */
export function readmeTexts(count: number): string[] {
  return findReadmes(join(import.meta.dirname, '..', 'node_modules'), count).map(renderReadme);
}

/** Serves a site whose every section `/<name>/<number>` has `pages` linked pages, from number 0 on, which take turns with the texts. */
export async function serveSite(pages: number, texts: readonly string[]): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const [, section, path] = request.url?.split('/') ?? [];
    const number = Number(path);
    const links = [number * 2 + 1, number * 2 + 2, number * 2 + 3].filter((next) => next < pages);
    const anchors = links.map((next) => `<a href="/${section}/${next}">${next}</a>`).join('');
    // The same page of another section has another text, so that a cache of embeddings does not know it.
    const article = `<h1>Page ${number} of ${section}</h1>${texts[number % texts.length]}`;
    response.setHeader('content-type', 'text/html');
    response.end(`<html><head><title>Page ${number}</title></head><body><article>${article}${anchors}</article></body></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
