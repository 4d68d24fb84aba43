import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGuard } from './web-guard.ts';
import { createWebApp, type WebOptions } from './web-app.ts';
import { CrawlscopeError, errorMessage } from '../errors.ts';

/** A running web view. */
export interface WebServer {
  /** The address to open, which carries the token. */
  readonly url: string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** Serves the view on the loopback interface alone, on `port`, or on a free one where that is 0. */
export async function startWebServer(options: Omit<WebOptions, 'guard'>, port: number): Promise<WebServer> {
  const token = randomBytes(24).toString('base64url');
  let hosts: readonly string[] = [];
  const app = createWebApp({ ...options, guard: createGuard(token, () => hosts) });
  const listener = await loadListener();
  const handle = listener(app.fetch);
  const server = createServer((request, response) => void handle(request, response));
  await listen(server, port);
  const { port: chosen } = server.address() as AddressInfo;
  hosts = [LOOPBACK, 'localhost'].map((name) => `${name}:${chosen}`);
  return {
    url: `http://${LOOPBACK}:${chosen}/?token=${token}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new CrawlscopeError(
          'CANNOT_LISTEN',
          `cannot listen on port ${port}: ${errorMessage(cause)}`,
          'Give another --port, or none.',
          { cause },
        ),
      );
    });
    server.listen(port, LOOPBACK, resolve);
  });
}

async function loadListener() {
  const { getRequestListener } = await import('@hono/node-server');
  return getRequestListener;
}
