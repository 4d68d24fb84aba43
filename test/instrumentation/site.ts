import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web site that answers well and badly, served on a free port. */
export interface Site {
  url: string;
  close: () => Promise<void>;
}

const LINKS = ['/a', '/b', '/missing', '/flaky', '/slow', '/reset', '/empty', '/forbidden', '/throws'];

/** Serves the site until it is closed. */
export async function serveSite(): Promise<Site> {
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    answer(path, asked.get(path) ?? 1, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) };
}

function answer(path: string, times: number, request: IncomingMessage, response: ServerResponse): void {
  if (path === '/robots.txt') return send(response, 200, 'User-agent: *\nDisallow: /private\n', 'text/plain');
  if (path === '/missing') return send(response, 404, page('Missing'));
  if (path === '/flaky' && times === 1) return send(response, 503, 'try again', 'text/plain');
  if (path === '/forbidden') return send(response, 403, page('Forbidden'));
  if (path === '/empty') return send(response, 200, '');
  if (path === '/reset') return void request.socket.destroy();
  if (path === '/slow') return;
  send(response, 200, page(path, path === '/' ? LINKS : []));
}

function page(title: string, links: string[] = []): string {
  const anchors = links.map((href) => `<a href="${href}">${href}</a>`).join(' ');
  return `<html><head><title>${title}</title></head><body><article><p>Text of ${title}.</p>${anchors}</article></body></html>`;
}

function send(response: ServerResponse, status: number, body: string, type = 'text/html'): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
