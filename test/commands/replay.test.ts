import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from '../../src/cli.ts';
import { loadProtoDecoder } from '../../src/otlp/proto.ts';
import { hex, logLine, metricLine, otlpSpan, traceLine } from '../otlp/samples.ts';

interface Received {
  readonly path: string;
  readonly type: string;
  readonly token: string | undefined;
  readonly body: Buffer;
}

let folder: string;
let data: string;
let server: Server;
let received: Received[];
let answer: (request: Received, response: ServerResponse) => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crawlscope-replay-'));
  data = join(folder, 'otlp');
  await mkdir(data);
  received = [];
  answer = (_, response) => void response.end('{}');
  server = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await request.toArray());
  const { 'content-type': type = '', authorization: token } = request.headers;
  const one = { path: request.url ?? '', type, token, body };
  received.push(one);
  answer(one, response);
}

async function replay(...args: string[]) {
  let out = '';
  let err = '';
  const io = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    colors: false,
    progress: () => undefined,
  };
  const { port } = server.address() as AddressInfo;
  const code = await main(['replay', '--data', data, '--endpoint', `http://127.0.0.1:${port}`, '--json', ...args], io);
  return { code, err, result: out === '' ? undefined : (JSON.parse(out) as Record<string, unknown>) };
}

const page = (id: number): string => traceLine(otlpSpan({ spanId: hex(id, 16) }));

test('every signal goes to its path, as it was recorded, once', async () => {
  await writeFile(join(data, 'all.jsonl'), `${page(1)}\n${logLine('x', {})}\nrubbish\n${metricLine(1)}\n`);
  const { code, result } = await replay('--header', 'authorization=Bearer t');
  expect(code).toBe(0);
  expect(result).toMatchObject({
    files: 1,
    requests: 3,
    items: 4,
    rejected: [],
    skipped: [{ reason: 'garbage before a record' }],
  });
  expect(received.map(({ path, type, token, body }) => [path, type, token, body.toString()])).toEqual([
    ['/v1/traces', 'application/json', 'Bearer t', page(1)],
    ['/v1/logs', 'application/json', 'Bearer t', logLine('x', {})],
    ['/v1/metrics', 'application/json', 'Bearer t', metricLine(1)],
  ]);
  await writeFile(join(data, 'more.jsonl'), `${page(2)}\n`);
  expect((await replay()).result).toMatchObject({ files: 1, requests: 1 });
  expect(received).toHaveLength(4);
});

test('protobuf files are sent as protobuf', async () => {
  await cp(new URL('../fixtures/otlp-framings/proto-zstd-length-prefixed.bin', import.meta.url), join(data, 'traces.bin'));
  expect((await replay()).result).toMatchObject({ requests: 3, items: 3 });
  expect(new Set(received.map(({ type }) => type))).toEqual(new Set(['application/x-protobuf']));
  const decode = await loadProtoDecoder();
  expect(received.map(({ body }) => Object.keys(decode(body, undefined)))).toEqual([
    ['resourceSpans'],
    ['resourceSpans'],
    ['resourceSpans'],
  ]);
});

test('a destination that is busy is tried again', async () => {
  await writeFile(join(data, 'traces.jsonl'), `${page(1)}\n`);
  answer = (_, response) => void response.writeHead(received.length < 3 ? 503 : 200).end('{}');
  expect((await replay()).result).toMatchObject({ requests: 1, rejected: [] });
  expect(received).toHaveLength(3);
});

test('a request that will never be taken is told, and the next one sent', async () => {
  await writeFile(join(data, 'traces.jsonl'), `${page(1)}\n${page(2)}\n`);
  answer = ({ body }, response) => void response.writeHead(body.toString() === page(1) ? 413 : 200).end('too large');
  const { code, result } = await replay();
  expect(code).toBe(1);
  expect(result).toMatchObject({ rejected: [{ offset: 0, reason: '413 too large' }] });
  expect(received).toHaveLength(2);
});

test('stopped by a refusal, it goes on where it was', async () => {
  await writeFile(join(data, 'traces.jsonl'), [1, 2, 3].map((id) => `${page(id)}\n`).join(''));
  answer = (_, response) => void response.writeHead(received.length === 2 ? 401 : 200).end('{}');
  const { code, err } = await replay();
  expect(code).toBe(2);
  expect(err).toContain('401');
  expect((await replay()).result).toMatchObject({ requests: 2 });
  expect(received.map(({ body }) => body.toString())).toEqual([page(1), page(2), page(2), page(3)]);
});

test('the rate holds back what comes too fast', async () => {
  await writeFile(join(data, 'traces.jsonl'), [1, 2, 3, 4, 5].map((id) => `${page(id)}\n`).join(''));
  const started = performance.now();
  await replay('--rate', '20');
  // Four waits of 50 ms: a lower bound holds on any machine.
  expect(performance.now() - started).toBeGreaterThan(190);
});
