/** The server that a URL names. */
export interface Server {
  /** Host name in lower case. */
  readonly address: string;
  /** The scheme's own where none is given. */
  readonly port: number;
}

/** A plain web address up to its path: what comes after it cannot change the server. */
const ORIGIN = /^https?:\/\/[\w.:-]+(?=[/?#]|$)/;
const REMEMBERED_ORIGINS = 1000;
/** In UTF-16 units: what is remembered may keep the whole text of the URL alive. */
const LONGEST_REMEMBERED = 2048;

const servers = new Map<string, Server>();

/** The server of a URL, or undefined when it names none. A crawl asks for the same few again and again, so they are remembered. */
export function serverOf(url: string): Server | undefined {
  const origin = url.length > LONGEST_REMEMBERED ? undefined : ORIGIN.exec(url)?.[0];
  if (origin === undefined) return parseServer(url);
  const known = servers.get(origin);
  if (known !== undefined) return known;
  const server = parseServer(origin);
  if (servers.size >= REMEMBERED_ORIGINS) servers.clear();
  if (server) servers.set(origin, server);
  return server;
}

function parseServer(url: string): Server | undefined {
  const parsed = URL.parse(url);
  if (!parsed?.hostname) return undefined;
  return { address: parsed.hostname, port: Number(parsed.port) || (parsed.protocol === 'https:' ? 443 : 80) };
}
