import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { stagesOf, pagesOf, runFixture, type Span } from './child.ts';
import { serveSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await serveSite();
});
afterAll(() => site.close());

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

function linksOf(span: Span | undefined): unknown[] {
  return (span?.links ?? []).map((link) => [link.attributes['crawl.link.type'], link.spanId]);
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
