import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pagesOf, runFixture, stagesOf, temporaryDirectory, type Span } from './child.ts';
import { serveSite, type Site } from './site.ts';

let site: Site;
beforeEach(async () => {
  site = await serveSite();
});
afterEach(() => site.close());

describe('a CheerioCrawler', () => {
  it('gives one trace per URL, with links, retries, fetches and failures of every kind', { timeout: 180_000 }, async () => {
    const refused = await closedPort();
    const extra = `http://127.0.0.1:${refused}/refused http://no-such-host.invalid/dns`;
    const { code, stdout, stderr, spans } = await runFixture('cheerio.mjs', { SITE: site.url, EXTRA: extra });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ finished: 6, failed: 6 });
    const [start] = pagesOf(spans, `${site.url}/`);
    const [run] = spans.filter((span) => span.name === 'crawl.run');
    expect(start?.parentSpanId).toBeUndefined();
    expect(start?.attributes).toMatchObject({ 'crawl.page.depth': 0, 'url.domain': '127.0.0.1', 'crawl.stage': 'page' });
    expect(linksOf(start)).toEqual([['run', run?.spanId]]);

    const [ok, ...more] = pagesOf(spans, '/a');
    expect(more).toEqual([]);
    expect(ok).toMatchObject({ error: false, attributes: { 'crawl.page.depth': 1, 'crawl.queue.wait': expect.any(Number) } });
    expect(linksOf(ok)).toEqual([
      ['discovered_by', start?.spanId],
      ['run', run?.spanId],
    ]);
    const [fetch] = stagesOf(spans, ok);
    expect(fetch).toMatchObject({
      name: 'crawl.fetch',
      kind: 2,
      attributes: {
        'http.request.method': 'GET',
        'http.response.status_code': 200,
        'http.response.body.size': expect.any(Number),
        'server.address': '127.0.0.1',
        'user_agent.original': expect.stringContaining('Mozilla'),
        'crawl.retry.count': 0,
      },
    });

    expect(failures(spans, '/missing')).toEqual([['http_4xx', false, 404]]);
    expect(failures(spans, '/flaky')).toEqual([['http_5xx', true, 503], undefined]);
    expect(failures(spans, '/forbidden')).toEqual([
      ['blocked', true, 403],
      ['blocked', false, 403],
    ]);
    expect(failures(spans, '/reset').map((one) => one?.slice(0, 2))).toEqual([
      ['connection', true],
      ['connection', false],
    ]);
    expect(failures(spans, '/slow').map((one) => one?.slice(0, 2))).toEqual([
      ['timeout', true],
      ['timeout', false],
    ]);
    expect(failures(spans, '/throws').map((one) => one?.[0])).toEqual(['TypeError', 'TypeError']);
    expect(failures(spans, '/dns').map((one) => one?.[0])).toEqual(['dns', 'dns']);
    const rotations = pagesOf(spans, '/refused');
    expect(rotations).toHaveLength(11);
    expect(new Set(rotations.map((page) => page.attributes['error.type']))).toEqual(new Set(['connection']));

    for (const attempts of ['/flaky', '/forbidden', '/refused'].map((path) => pagesOf(spans, path))) {
      expect(new Set(attempts.map((page) => page.traceId)).size).toBe(1);
      expect(attempts.slice(1).every((page) => page.parentSpanId === attempts[0]?.spanId)).toBe(true);
      expect(attempts.map((page) => page.attributes['crawl.retry.count'])).toEqual([...attempts.keys()]);
    }
    const traces = new Set(spans.filter((span) => span.name === 'crawl.page').map((span) => span.traceId));
    expect(traces.size).toBe(new Set(spans.map((span) => span.attributes['url.full']).filter(Boolean)).size);
    const exceptions = spans.flatMap((span) => span.events.filter(({ name }) => name === 'exception'));
    expect(exceptions).toHaveLength(spans.filter((span) => span.name === 'crawl.page' && span.error).length);
  });
});

describe.each(['CheerioCrawler', 'HttpCrawler', 'JSDOMCrawler', 'LinkeDOMCrawler', 'BasicCrawler'])('a %s', (crawler) => {
  it('has the stages of its handler and its fetch under the page', async () => {
    const { code, stderr, spans } = await runFixture('kinds.mjs', { SITE: site.url, CRAWLER: crawler });
    expect(code, stderr).toBe(0);
    const [start] = pagesOf(spans, `${site.url}/`);
    const [found] = pagesOf(spans, '/a');
    for (const page of [start, found]) {
      expect(stagesOf(spans, page).map((span) => span.name)).toEqual(['crawl.fetch', 'crawl.extract', 'crawl.embed']);
      expect(page?.attributes).toMatchObject({ 'crawl.page.score': 0.9, 'crawl.page.category': 'tests' });
      expect(page?.attributes['crawl.threshold.passed']).toBe(true);
    }
    const [fetch] = stagesOf(spans, found);
    expect(fetch?.attributes).toMatchObject({ 'http.response.status_code': 200, 'url.full': `${site.url}/a` });
    expect(fetch?.attributes['http.response.body.size']).toBeGreaterThan(50);
    expect(linksOf(found)[0]).toEqual(['discovered_by', start?.spanId]);
  });
});

describe('the instrumentation of Crawlee', () => {
  it('works in a CommonJS application, beside a wrapper of its own', async () => {
    const { code, stdout, stderr, spans } = await runFixture('cheerio.cjs', { SITE: site.url });
    expect(code, stderr).toBe(0);
    expect(pagesOf(spans, '/flaky').map((page) => page.error)).toEqual([true, false]);
    expect(stdout.trim()).toBe('1');
    expect(pagesOf(spans, '/a')).toHaveLength(1);
  });

  it('works under SDK 2', async () => {
    const { code, stderr, spans } = await runFixture('cheerio.cjs', { SITE: site.url, SDK_PACKAGE: 'sdk-node-v2' });
    expect(code, stderr).toBe(0);
    const [found] = pagesOf(spans, '/a');
    expect(linksOf(found).map(([type]) => type)).toEqual(['discovered_by', 'run']);
    expect(stagesOf(spans, found).map((span) => span.name)).toEqual(['crawl.fetch']);
  });

  it('goes on with the trace of a URL in the next process', async () => {
    const directory = await temporaryDirectory();
    const env = { SITE: site.url, STORAGE: directory, KEEP: '1' };
    const stopped = await runFixture('restart.mjs', env);
    const [first, ...more] = pagesOf(stopped.spans, '/a');
    expect(more).toEqual([]);
    expect(first).toMatchObject({ error: true, attributes: { 'crawl.retry.count': 0 } });
    const { code, stderr, spans } = await runFixture('restart.mjs', { ...env, LAST: '1' });
    expect(code, stderr).toBe(0);
    const [second] = pagesOf(spans, '/a');
    expect(second).toMatchObject({ traceId: first?.traceId, parentSpanId: first?.spanId, error: false });
    expect(second?.attributes['crawl.retry.count']).toBe(1);
  });

  it('shows what robots.txt forbids as a failed page, once', async () => {
    const { code, stderr, spans } = await runFixture('robots.mjs', { SITE: site.url });
    expect(code, stderr).toBe(0);
    const [start] = pagesOf(spans, `${site.url}/`);
    const forbidden = pagesOf(spans, '/private');
    expect(forbidden.map((page) => page.attributes['error.type'])).toEqual(['robots']);
    expect(linksOf(forbidden[0])[0]).toEqual(['discovered_by', start?.spanId]);
  });

  it('warns once of a missing private method, and the crawl goes on', async () => {
    const { code, stdout, stderr, spans } = await runFixture('missing-method.mjs');
    expect(code, stderr).toBe(0);
    expect(stdout.match(/127\.0\.0\.1/g)).toHaveLength(2);
    expect(stderr.match(/has no method _requestFunctionErrorHandler/g)).toHaveLength(1);
    expect(pagesOf(spans, '/x')).toHaveLength(2);
  });
});

/** The class, the scheduled retry and the status of each attempt's failure, which is recorded once, on the page or its stage. */
function failures(spans: Span[], path: string): ([string, boolean, number | undefined] | undefined)[] {
  return pagesOf(spans, path).map((page) => {
    const events = [page, ...stagesOf(spans, page)].flatMap((span) => span.events);
    expect(events.length).toBe(page.error ? 1 : 0);
    if (!page.error) return undefined;
    const [event] = events;
    const status = event?.attributes['http.response.status_code'] as number | undefined;
    return [String(page.attributes['error.type']), event?.attributes['crawl.retry.scheduled'] === true, status];
  });
}

function linksOf(span: Span | undefined): [unknown, string][] {
  return (span?.links ?? []).map((link) => [link.attributes['crawl.link.type'], link.spanId]);
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
