import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pagesOf, runFixture, stagesOf, type Span } from './child.ts';

describe('extraction', () => {
  it('is seen in Readability and Defuddle', async () => {
    const { code, stderr, spans } = await runFixture('libraries/extraction.mjs');
    expect(code, stderr).toBe(0);
    for (const method of ['readability', 'defuddle']) {
      const [page] = pagesOf(spans, `/${method}`);
      const [stage, ...more] = stagesOf(spans, page);
      expect(more).toEqual([]);
      expect(stage).toMatchObject({ name: 'crawl.extract', error: false, attributes: { 'crawl.extraction.method': method } });
      expect(page?.attributes).toMatchObject({ 'crawl.extraction.method': method });
      expect(page?.attributes['crawl.page.length']).toBeGreaterThan(1000);
      expect(page?.attributes['crawl.page.content_hash']).toMatch(/^[0-9a-f]{64}$/);
    }
    const [empty] = pagesOf(spans, '/empty');
    expect(empty).toMatchObject({ error: true, attributes: { 'error.type': 'empty_content' } });
    const own = stagesOf(spans, pagesOf(spans, '/own')[0]);
    expect(own).toMatchObject([{ name: 'crawl.extract', attributes: { 'crawl.extraction.method': 'readability' } }]);
  });

  it('is seen in a CommonJS application', async () => {
    const { code, stderr, spans } = await runFixture('libraries/readability.cjs');
    expect(code, stderr).toBe(0);
    expect(stageNames(spans, '/cjs')).toEqual(['crawl.extract']);
  });
});

describe('embedding', () => {
  it('is seen in the client of OpenAI', async () => {
    const api = await serve((request, response) => {
      request.setEncoding('utf8').once('data', (body: string) => {
        const { model } = JSON.parse(body) as { model: string };
        response.writeHead(model === 'broken' ? 500 : 200, { 'content-type': 'application/json' });
        const data = [{ object: 'embedding', index: 0, embedding: [0.1, 0.2, 0.3] }];
        response.end(
          JSON.stringify({ object: 'list', model: `${model}-001`, data, usage: { prompt_tokens: 4, total_tokens: 4 } }),
        );
      });
    });
    const { code, stdout, stderr, spans } = await runFixture('libraries/openai.mjs', { API: api });
    expect(code, stderr).toBe(0);
    expect(stdout.trim().split('\n')).toEqual(['[0.1,0.2,0.3]', '500']);
    const stages = stagesOf(spans, pagesOf(spans, '/embed')[0]);
    expect(stages.map((span) => span.name)).toEqual(['crawl.embed', 'crawl.embed', 'crawl.embed']);
    expect(stages[1]).toMatchObject({
      kind: 2,
      error: false,
      attributes: {
        'gen_ai.operation.name': 'embeddings',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'text-embedding-3-small',
        'gen_ai.embeddings.dimension.count': 3,
        'gen_ai.usage.input_tokens': 4,
        'crawl.model.version': 'text-embedding-3-small-001',
      },
    });
    expect(stages[2]).toMatchObject({ error: true, attributes: { 'error.type': 'http_5xx' } });
  });
});

describe('storing', () => {
  it('is seen in LanceDB', async () => {
    const { code, stdout, stderr, spans } = await runFixture('libraries/lancedb.mjs');
    expect(code, stderr).toBe(0);
    expect(stdout.trim()).toBe('3');
    const stages = stagesOf(spans, pagesOf(spans, '/store')[0]);
    expect(stages.map(described)).toEqual([
      ['lancedb', 'pages', 'add', undefined, 'b'],
      ['lancedb', 'pages', 'mergeInsert', 2, undefined],
      ['lancedb', 'pages', 'update', undefined, undefined],
    ]);
    expect(stages.map((span) => span.attributes['error.type'])).toEqual([undefined, undefined, 'store']);
  });

  it('is seen in Qdrant', async () => {
    const api = await serve((request, response) => {
      const found = request.url?.includes('/pages/') ?? false;
      response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ result: { operation_id: 1, status: 'completed' }, status: 'ok', time: 0 }));
    });
    const { code, stderr, spans } = await runFixture('libraries/qdrant.mjs', { API: api });
    expect(code, stderr).toBe(0);
    const stages = stagesOf(spans, pagesOf(spans, '/store')[0]);
    expect(stages.map(described)).toEqual([
      ['qdrant', 'pages', 'upsert', undefined, '7'],
      ['qdrant', 'broken', 'upsert', 2, undefined],
    ]);
    expect(stages.map((span) => span.attributes['error.type'])).toEqual([undefined, 'http_4xx']);
  });

  it('is seen in Chroma', async () => {
    const api = await serve((request, response) => answerAsChroma(request.url ?? '', response));
    const { code, stdout, stderr, spans } = await runFixture('libraries/chromadb.mjs', { PORT: new URL(api).port });
    expect(code, stderr).toBe(0);
    expect(stdout.trim()).toBe('2');
    const stages = stagesOf(spans, pagesOf(spans, '/store')[0]);
    expect(stages.map(described)).toEqual([
      ['chroma', 'pages', 'add', undefined, 'a'],
      ['chroma', 'pages', 'upsert', 2, undefined],
      ['chroma', 'pages', 'delete', undefined, 'c'],
    ]);
    expect(stages.map((span) => span.error)).toEqual([false, false, true]);
  });

  it('is seen in PostgreSQL where a statement writes a vector', async () => {
    const url = await startPostgres();
    const { code, stdout, stderr, spans } = await runFixture('libraries/pg.mjs', { API: url });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('broken');
    const insert = ['postgresql', 'pages', 'INSERT', undefined, undefined];
    expect(stagesOf(spans, pagesOf(spans, '/a')[0]).map(described)).toEqual([insert]);
    expect(stagesOf(spans, pagesOf(spans, '/b')[0]).map(described)).toEqual([insert]);
    const others = stagesOf(spans, pagesOf(spans, '/other')[0]);
    expect(others.map(described)).toEqual([['postgresql', 'broken', 'INSERT', undefined, undefined]]);
    expect(others[0]).toMatchObject({ error: true, attributes: { 'error.type': 'store' } });
  });
});

function stageNames(spans: Span[], path: string): string[] {
  return stagesOf(spans, pagesOf(spans, path)[0]).map((span) => span.name);
}

function described({ attributes }: Span): unknown[] {
  const names = ['db.system.name', 'db.collection.name', 'db.operation.name', 'db.operation.batch.size', 'crawl.embedding.id'];
  return names.map((name) => attributes[name]);
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answerAsChroma(path: string, response: ServerResponse): void {
  const identity = { tenant: 'default_tenant', databases: ['default_database'], user_id: '' };
  const collection = {
    id: 'c0ffee',
    name: 'pages',
    ...identity,
    database: 'default_database',
    configuration_json: {},
    metadata: null,
  };
  const last = path.split('/').at(-1) ?? '';
  const answers: Record<string, unknown> = { identity, collections: collection, count: 2, add: {}, upsert: {} };
  const answer = answers[last] ?? (last === 'pre-flight-checks' ? { max_batch_size: 100 } : undefined);
  response.writeHead(answer === undefined ? 500 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer ?? { error: 'InternalError', message: 'broken' }));
}

/** PostgreSQL itself with pgvector, in this process. */
async function startPostgres(): Promise<string> {
  const db = await PGlite.create({ extensions: { vector } });
  await db.exec('CREATE EXTENSION vector; CREATE TABLE pages (id text, embedding vector(3)); CREATE TABLE logs (text text)');
  const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: 0 });
  await server.start();
  onTestFinished(async () => {
    await server.stop();
    await db.close();
  });
  return `postgresql://postgres@${server.getServerConn()}/postgres?sslmode=disable`;
}
