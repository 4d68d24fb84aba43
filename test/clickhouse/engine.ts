import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const VERSION = '3.4.0';
const HOME = join(homedir(), '.cache', 'crawlscope', 'chdb');

interface Session {
  query(sql: string, format?: string): string;
}

/** ClickHouse in this process, behind an HTTP server that takes what its client sends. */
export interface Engine {
  /** Runs a statement with all rights. */
  run(sql: string): string;
  /** The address for `--store`; queries through it may only read. */
  address(database: string, options?: string): string;
  /** The texts of the queries that came over HTTP. */
  readonly queries: string[];
  close(): Promise<void>;
}

/** Starts the engine; downloads it the first time (half a gigabyte, into the user's cache). */
export async function startEngine(): Promise<Engine> {
  const manifest = join(HOME, 'node_modules', 'chdb', 'package.json');
  if (!existsSync(manifest)) {
    await promisify(execFile)('npm', ['install', '--prefix', HOME, '--no-audit', '--no-fund', `chdb@${VERSION}`]);
  }
  const { Session } = createRequire(manifest)('chdb') as { Session: new (path?: string) => Session };
  const session = new Session();
  const queries: string[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://engine');
    readBody(request)
      .then((body) => {
        const sql = searchParams.get('query') ?? body;
        queries.push(sql);
        response.end(answer(session, sql, searchParams));
      })
      .catch((error: unknown) => response.writeHead(500, { 'X-ClickHouse-Exception-Code': '1' }).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    run: (sql) => session.query(sql),
    address: (database, options = '') => `clickhouse://127.0.0.1:${port}/${database}${options}`,
    queries,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

/** What the client adds to the address beside settings. */
const NOT_SETTINGS = /^(?:query|query_id|database|session_id|param_.*|role|enable_http_compression|default_format)$/;

function answer(session: Session, sql: string, parameters: URLSearchParams): string {
  for (const [name, value] of parameters) {
    if (name.startsWith('param_')) session.query(`SET ${name} = ${quote(value)}`);
  }
  const database = parameters.get('database');
  if (database) session.query(`USE \`${database}\``);
  const settings = [...parameters]
    .filter(([name]) => !NOT_SETTINGS.test(name))
    .map(([name, value]) => `${name} = ${quote(value)}`);
  return session.query(`${sql}\nSETTINGS ${[...settings, 'readonly = 2'].join(', ')}`);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function quote(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
