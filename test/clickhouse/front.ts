import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Session } from './engine.ts';
import { answerNative } from './native.ts';

/** Who may ask, and how. */
export interface FrontOptions {
  /** Users beside `default`, who has no password and `readonly` 2; `profile` holds settings of theirs. */
  readonly users?: Readonly<Record<string, User>>;
  /** Serves HTTPS with this key and certificate. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

interface User {
  readonly password: string;
  readonly readonly: 0 | 1 | 2;
  readonly profile?: Readonly<Record<string, string | number>>;
}

/** A server that speaks ClickHouse's HTTP interface, as far as its clients for Node.js and Go do. */
export interface Front {
  readonly port: number;
  /** The address for `--store`. */
  address(database: string, options?: string): string;
  /** What was asked, in order. */
  readonly requests: { readonly sql: string; readonly settings: URLSearchParams }[];
  close(): Promise<void>;
}

const DEFAULT_USER: User = { password: '', readonly: 2 };
/** What a client adds to the address beside settings. */
const NOT_SETTINGS = /^(?:query|query_id|database|session_id|param_.*|role|enable_http_compression|default_format|client_.*)$/;

/** Starts a server that answers each request over a session of its own. */
export async function startFront(open: () => Session, { users = {}, tls }: FrontOptions): Promise<Front> {
  const requests: Front['requests'] = [];
  const listener: RequestListener = (request, response) => {
    answer(open, users, requests, request, response).catch((error: unknown) => fail(response, error));
  };
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    address: (database, options = '') => `clickhouse://127.0.0.1:${port}/${database}${options}`,
    requests,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

async function answer(
  open: () => Session,
  users: Readonly<Record<string, User>>,
  requests: Front['requests'],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { searchParams } = new URL(request.url ?? '/', 'http://engine');
  const body = await readBody(request);
  const name = readLogin(request, searchParams);
  const user = name.user === 'default' ? (users['default'] ?? DEFAULT_USER) : users[name.user];
  if (user?.password !== name.password) {
    const text = `Code: 516. DB::Exception: ${name.user}: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)`;
    fail(response, text, 403);
    return;
  }
  const sql = searchParams.get('query') ?? body.toString();
  requests.push({ sql, settings: searchParams });
  const session = open();
  try {
    prepare(session, user, searchParams);
    if (searchParams.get('default_format') === 'Native')
      response.end(await answerNative(session, searchParams.get('query'), body));
    else await send(session, sql, response);
  } finally {
    session.close();
  }
}

/** Gives a session what the user's profile and the request say; the engine itself refuses what `readonly` forbids. */
function prepare(session: Session, { readonly, profile = {} }: User, parameters: URLSearchParams): void {
  for (const [name, value] of Object.entries(profile)) session.query(`SET ${name} = ${quote(String(value))}`);
  for (const [name, value] of parameters) if (name.startsWith('param_')) session.query(`SET ${name} = ${quote(value)}`);
  const database = parameters.get('database');
  if (database) session.query(`USE \`${database}\``);
  session.query(`SET readonly = ${readonly}`);
  for (const [name, value] of parameters) if (!NOT_SETTINGS.test(name)) session.query(`SET ${name} = ${quote(value)}`);
}

async function send(session: Session, sql: string, response: ServerResponse): Promise<void> {
  if (!/^\s*(?:SELECT|WITH)\b/i.test(sql)) {
    response.end(session.query(sql.replace(/\bFORMAT\s+\w+\s*$/i, '')));
    return;
  }
  const [, format = 'TabSeparated'] = /\bFORMAT\s+(\w+)\s*$/i.exec(sql) ?? [];
  const stream = session.queryStream(sql.replace(/\bFORMAT\s+\w+\s*$/i, ''), { format });
  response.on('close', () => stream.cancel());
  let head: Buffer | undefined;
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk.raw());
      // The engine begins every chunk with the names and types, a server only the first.
      const isLater = head !== undefined && bytes.subarray(0, head.length).equals(head);
      head ??= headOf(bytes, format);
      if (!response.write(isLater ? bytes.subarray(head.length) : bytes)) await once(response, 'drain');
    }
    response.end();
  } catch (error) {
    if (!response.headersSent) throw error;
    // Once rows are on their way, a server has no other place for what went wrong.
    response.end(`${messageOf(error)}\n`);
  }
}

function headOf(bytes: Buffer, format: string): Buffer {
  const lines = format.endsWith('WithNamesAndTypes') ? 2 : 0;
  let end = 0;
  for (let line = 0; line < lines; line++) end = bytes.indexOf('\n', end) + 1;
  return bytes.subarray(0, end);
}

function fail(response: ServerResponse, error: unknown, status = 500): void {
  if (response.headersSent) return;
  const text = messageOf(error);
  const [, code = '1'] = /Code: (\d+)/.exec(text) ?? [];
  response.writeHead(status, { 'X-ClickHouse-Exception-Code': code }).end(text);
}

function messageOf(error: unknown): string {
  const text = String(error);
  return text.slice(Math.max(text.indexOf('Code: '), 0));
}

function readLogin(request: IncomingMessage, parameters: URLSearchParams): { user: string; password: string } {
  const [, basic] = /^Basic (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  const [user, ...password] = Buffer.from(basic ?? '', 'base64')
    .toString()
    .split(':');
  const header = (name: string): string | undefined => request.headers[`x-clickhouse-${name}`]?.toString();
  return {
    user: header('user') ?? parameters.get('user') ?? (user || 'default'),
    password: header('key') ?? parameters.get('password') ?? password.join(':'),
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function quote(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
