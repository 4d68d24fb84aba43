import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { findReadmes, renderReadme, type Readme } from './readmes.ts';

export interface Site {
  readonly url: string;
  readonly pages: number;
  close(): Promise<void>;
}

/** Pages of the site that misbehave, one for each way a fetch can go wrong. */
export const TROUBLE = {
  flaky: '/trouble/flaky',
  slow: '/trouble/slow',
  missing: '/trouble/missing',
  broken: '/trouble/broken',
  empty: '/trouble/empty',
  secret: '/trouble/members?token=demo-secret-42',
} as const;

/** Serves the READMEs of installed packages as a linked site on the loopback interface; another port is taken when `port` is in use. */
export async function startSite(nodeModules: string, { pages, port }: { pages: number; port: number }): Promise<Site> {
  const readmes = new Map(findReadmes(nodeModules, pages).map((readme) => [readme.name, readme]));
  let flakyRequests = 0;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    if (pathname === TROUBLE.flaky) flakyRequests += 1;
    const misbehave = troubles[pathname];
    if (misbehave) return misbehave(request, response, flakyRequests);
    const readme = readmes.get(decodeURIComponent(pathname.replace('/packages/', '')));
    if (pathname === '/') return send(response, 200, homePage([...readmes.values()]));
    if (readme) return send(response, 200, packagePage(readme, readmes));
    return send(response, 404, document('Not found', '<p>There is no such page.</p>'));
  });
  await listen(server, port);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, pages: readmes.size, close: () => close(server) };
}

type Misbehaviour = (request: IncomingMessage, response: ServerResponse, flakyRequests: number) => void;

const troubles: Readonly<Record<string, Misbehaviour>> = {
  [TROUBLE.flaky]: (_request, response, requests) => {
    if (requests === 1) return send(response, 503, document('Busy', '<p>Try again later.</p>'));
    return send(
      response,
      200,
      document('Flaky', '<p>This HTTP server answers 503 first and 200 when the request is sent again.</p>'),
    );
  },
  [TROUBLE.slow]: () => {},
  [TROUBLE.broken]: (request) => void request.socket.destroy(),
  [TROUBLE.empty]: (_request, response) => send(response, 200, document('', '')),
  '/trouble/members': (_request, response) =>
    send(
      response,
      200,
      document('Members', '<p>A page that takes a secret in its address, which telemetry must not repeat.</p>'),
    ),
};

function homePage(readmes: readonly Readme[]): string {
  const troubleLinks = Object.entries(TROUBLE).map(([name, path]) => `<li><a href="${escape(path)}">${name}</a></li>`);
  const links = readmes.map(({ name, description }) => `<li>${packageLink(name)} ${escape(description)}</li>`);
  return document('Installed packages', `<ul>${troubleLinks.join('\n')}</ul>\n<ul>${links.join('\n')}</ul>`);
}

function packagePage(readme: Readme, known: ReadonlyMap<string, Readme>): string {
  const dependencies = readme.dependencies
    .filter((name) => known.has(name))
    .map((name) => `<li>${packageLink(name, readme.name)}</li>`);
  const uses = dependencies.length > 0 ? `<nav><h2>Uses</h2><ul>${dependencies.join('\n')}</ul></nav>` : '';
  return document(readme.name, `<p>${escape(readme.description)}</p>\n${renderReadme(readme)}\n${uses}`);
}

/** Links between packages say where the reader comes from, as on many sites: the same page under several addresses. */
function packageLink(name: string, from?: string): string {
  const query = from === undefined ? '' : `?from=${encodeURIComponent(from)}`;
  return `<a href="/packages/${escape(name)}${query}">${escape(name)}</a>`;
}

function document(title: string, body: string): string {
  const heading = title === '' ? '' : `<h1>${escape(title)}</h1>\n`;
  return `<!doctype html>\n<html lang="en"><head><title>${escape(title)}</title></head>\n<body><article>${heading}${body}</article></body></html>\n`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function send(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html);
}

async function listen(server: Server, port: number): Promise<void> {
  const tryPort = (candidate: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject).listen(candidate, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  await tryPort(port).catch(() => tryPort(0));
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
