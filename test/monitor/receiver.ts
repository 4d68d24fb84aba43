import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One request a receiver got. */
interface Received {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** A real HTTP receiver that answers with `statuses` in turn, the last one for ever; 0 never answers. */
export async function startReceiver(...statuses: readonly number[]) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const status = statuses[Math.min(received.length, statuses.length - 1)] ?? 200;
    const body = (await buffer(request)).toString('utf8');
    received.push({ path: request.url ?? '', authorization: request.headers.authorization, body: JSON.parse(body) as unknown });
    if (status !== 0) response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('answer of the receiver');
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
