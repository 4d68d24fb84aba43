import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CrawlscopeError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { runCli } from '../commands/run-cli.ts';
import { startEngine, type Engine } from './engine.ts';
import { createTables } from './exporter-tables.ts';
import { startFront, type Front } from './front.ts';

const NEEDED = {
  join_use_nulls: 1,
  aggregate_functions_null_for_empty: 1,
  prefer_column_name_to_alias: 1,
  cast_keep_nullable: 1,
};
const USERS = {
  reader: { password: 's3cret', readonly: 2 },
  strict: { password: 's3cret', readonly: 1 },
  prepared: { password: 's3cret', readonly: 1, profile: NEEDED },
} as const;

let root: string;
let engine: Engine;
let secure: Front;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'crawlscope-connection-'));
  engine = await startEngine({ users: USERS });
  for (const statement of createTables('otel', 'map')) engine.run(statement);
  engine.run('CREATE DATABASE nothing');
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '1'];
  const files = ['-keyout', join(root, 'key.pem'), '-out', join(root, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...names, ...files], { stdio: 'ignore' });
  const tls = { key: readFileSync(join(root, 'key.pem'), 'utf8'), cert: readFileSync(join(root, 'cert.pem'), 'utf8') };
  secure = await startFront(engine.connect, { users: USERS, tls });
}, 600_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await secure?.close();
  await engine?.close();
  await rm(root, { recursive: true, force: true });
});

describe('what stands in the way is named, with what to do', () => {
  test.each([
    [
      'a database that is not there',
      () => engine.address('elsewhere'),
      /there is no database elsewhere at http:\/\/127/,
      /Correct --store/,
    ],
    ['a database without the tables', () => engine.address('nothing'), /nothing has no table otel_traces/, /\?traces_table=/],
    ['a cluster that is not there', () => engine.address('otel', '?cluster_name=none'), /no cluster none/, /cluster_name/],
    [
      'a port where nothing listens',
      () => 'clickhouse://127.0.0.1:1/otel',
      /nothing answers at http:\/\/127.0.0.1:1/,
      /port 8123/,
    ],
    [
      'a certificate that nobody vouches for',
      () => `${secure.address('otel')}?secure=true`,
      /certificate .* not trusted/,
      /NODE_EXTRA_CA_CERTS/,
    ],
    [
      'HTTP where HTTPS is spoken',
      () => secure.address('otel'),
      /broke the connection off|cannot read/,
      /secure=true|ClickHouse server/,
    ],
    ['HTTPS where HTTP is spoken', () => engine.address('otel', '?secure=true'), /broke the connection off/, /secure=true/],
    ['a password in the address', () => 'clickhouse://me:hidden@localhost/otel', /holds a password/, /CLICKHOUSE_PASSWORD/],
    ['an option that does not exist', () => 'clickhouse://localhost/otel?cluster=x', /unknown option "cluster"/, /cluster_name/],
    ['a time-out that is no number', () => 'clickhouse://localhost/otel?timeout=soon', /time-out "soon"/, /clickhouse:/],
  ])('%s', async (_, address, problem, next) => {
    const { code, err, out } = await runCli(['drift'], { data: root, store: address() });
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(problem);
    expect(err).toMatch(next);
    expect(err).not.toMatch(/hidden|\n\s+at /);
  });

  test.each([
    ['a wrong password', 'reader', 'wrong'],
    ['no password', 'reader', ''],
    ['a user that is not there', 'nobody', 's3cret'],
  ])('%s', async (_, user, password) => {
    const { code, err } = await asUser(user, password, ['drift']);
    expect(code).toBe(2);
    expect(err).toMatch(new RegExp(`does not let the user ${user} in`));
    expect(err).toMatch(/CLICKHOUSE_USER and CLICKHOUSE_PASSWORD/);
    expect(err).not.toContain('s3cret');
  });

  test('a question that needs more memory than it may take', async () => {
    const error = await failing('?memory=20', 'SELECT count(DISTINCT number) AS found FROM numbers(100000000)');
    expect(error).toMatchObject({ code: 'STORE_MEMORY', nextStep: expect.stringContaining('memory=') as string });
    expect(error.message).toContain('20 MB');
  });

  test('a server that fails half-way', async () => {
    const error = await failing('', 'SELECT throwIf(number = 300000, $why) AS found FROM numbers(400000)', { why: 'half-way' });
    expect(error.code).toBe('STORE_UNREADABLE');
    expect(error.message).toContain('half-way');
  });
});

describe('time-outs', () => {
  test('the server itself stops a question that takes too long', async () => {
    engine.requests.length = 0;
    const error = await failing('?timeout=1', 'SELECT max(sipHash64(number)) AS found FROM numbers(1000000000000)');
    expect(error).toMatchObject({ code: 'STORE_TIMEOUT', nextStep: expect.stringContaining('timeout=600') as string });
    expect(String((error.cause as { type?: string }).type)).toBe('TIMEOUT_EXCEEDED');
    const { settings } = engine.requests.at(-1)!;
    expect(settings.get('max_execution_time')).toBe('1');
    expect(settings.get('cancel_http_readonly_queries_on_client_close')).toBe('1');
  });

  test('a server that never answers is left', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket.resume())).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, err } = await runCli(['drift'], { data: root, store: `clickhouse://127.0.0.1:${port}/otel?timeout=1` });
    expect(code).toBe(2);
    expect(err).toMatch(/did not answer within 1 s/);
    await vi.waitFor(() => expect(sockets.every((socket) => socket.readableEnded || socket.destroyed)).toBe(true));
    server.close();
  });
});

describe('a user who may only read', () => {
  test.each(['reader', 'prepared'])('%s is enough', async (user) => {
    const { code, err } = await asUser(user, 's3cret', ['report', '--week', '2026-W47', '--format', 'json']);
    expect(err).toBe('');
    expect(code).toBeLessThan(2);
  });

  test('without the settings that the questions need is told which', async () => {
    const { code, err } = await asUser('strict', 's3cret', ['drift']);
    expect(code).toBe(2);
    expect(err).toMatch(/readonly = 1/);
    for (const name of Object.keys(NEEDED)) expect(err).toContain(name);
    expect(err).toMatch(/readonly = 2/);
  });

  test('is held to it by the engine', async () => {
    const error = await failing('', 'CREATE TABLE otel.mine (a Int8) ENGINE = Memory');
    expect(error.message).toMatch(/readonly/i);
    expect(engine.run(`EXISTS TABLE otel.mine`).trim()).toBe('0');
  });
});

test('HTTPS is spoken where the certificate is trusted', async () => {
  const program = `import { main } from ${JSON.stringify(new URL('../../src/cli.ts', import.meta.url).href)};
    const io = { out: (t) => process.stdout.write(t), err: (t) => process.stderr.write(t), colors: false, progress() {} };
    process.exitCode = await main(['drift', '--json', '--data', ${JSON.stringify(root)}, '--store', process.argv[1]], io);`;
  const env = {
    ...process.env,
    NODE_EXTRA_CA_CERTS: join(root, 'cert.pem'),
    CLICKHOUSE_USER: 'reader',
    CLICKHOUSE_PASSWORD: 's3cret',
  };
  const args = ['--input-type=module', '--eval', program, secure.address('otel', '?secure=true')];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({ findings: [] });
});

test('rows arrive while the server still makes more', async () => {
  const store = await openStore({ store: engine.address('otel') });
  let rows = 0;
  // Nobody could wait for the end of this, or hold it.
  for await (const chunk of store.stream('SELECT number, repeat($text, 10) AS text FROM numbers(1000000000000)', { text: 'x' })) {
    rows += chunk.length;
    if (rows > 100_000) break;
  }
  expect(rows).toBeGreaterThan(100_000);
  await store.close();
});

function asUser(user: string, password: string, args: readonly string[]) {
  vi.stubEnv('CLICKHOUSE_USER', user);
  vi.stubEnv('CLICKHOUSE_PASSWORD', password);
  return runCli(args, { data: root, store: engine.address('otel') }).finally(() => vi.unstubAllEnvs());
}

async function failing(options: string, sql: string, parameters: Record<string, string> = {}): Promise<CrawlscopeError> {
  const store = await openStore({ store: engine.address('otel', options) });
  try {
    return await store.query(sql, parameters).then(
      () => expect.fail('the question was answered'),
      (error: unknown) => error as CrawlscopeError,
    );
  } finally {
    await store.close();
  }
}
