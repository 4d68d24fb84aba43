import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const TEXT = 'The quick brown fox jumps over the lazy dog. '.repeat(200);

/** Serves a site whose every section `/<name>/<number>` has `pages` linked pages of 10 KB, from number 0 on. */
export async function serveSite(pages: number): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const [, section, path] = request.url?.split('/') ?? [];
    const number = Number(path);
    const links = [number * 2 + 1, number * 2 + 2, number * 2 + 3].filter((next) => next < pages);
    const anchors = links.map((next) => `<a href="/${section}/${next}">${next}</a>`).join('');
    response.setHeader('content-type', 'text/html');
    response.end(
      `<html><head><title>Page ${number}</title></head><body><article><p>${TEXT}</p>${anchors}</article></body></html>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
