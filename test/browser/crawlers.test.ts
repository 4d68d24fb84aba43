import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pagesOf, runFixture, stagesOf, type Span } from '../instrumentation/child.ts';
import { serveSite, type Site } from '../instrumentation/site.ts';

let site: Site;
beforeEach(async () => {
  site = await serveSite();
});
afterEach(() => site.close());

describe.each(['PlaywrightCrawler', 'PuppeteerCrawler'])('a %s', (crawler) => {
  it('is traced like an HTTP crawler', async () => {
    const fixture = join(import.meta.dirname, 'fixtures/browser.mjs');
    const { code, stderr, spans } = await runFixture(fixture, { SITE: site.url, CRAWLER: crawler });
    expect(code, stderr).toBe(0);
    const [start] = pagesOf(spans, `${site.url}/`);
    const [found] = pagesOf(spans, '/a');
    expect(found?.links.map((link) => link.attributes['crawl.link.type'])).toEqual(['discovered_by', 'run']);
    expect(found?.links[0]?.spanId).toBe(start?.spanId);
    expect(found).toMatchObject({ error: false, attributes: { 'crawl.page.category': 'tests', 'crawl.page.depth': 1 } });
    const stages = stagesOf(spans, found);
    expect(stages.map((span) => span.name)).toEqual(['crawl.fetch', 'crawl.extract']);
    expect(stages[0]?.attributes).toMatchObject({
      'http.response.status_code': 200,
      'http.request.method': 'GET',
      'user_agent.original': expect.stringContaining('Chrome'),
    });
    expect(outcomes(spans, '/missing')).toEqual(['http_4xx']);
    expect(outcomes(spans, '/forbidden')).toEqual(['blocked', 'blocked']);
    expect(outcomes(spans, '/reset')).toEqual(['connection', 'connection']);
    expect(outcomes(spans, '/slow')).toEqual(['timeout', 'timeout']);
    expect(outcomes(spans, '/dns')).toEqual(['dns', 'dns']);
    expect(outcomes(spans, '/flaky')[0]).toBe('http_5xx');
  });
});

function outcomes(spans: Span[], path: string): unknown[] {
  const pages = pagesOf(spans, path);
  expect(new Set(pages.map((page) => page.traceId)).size).toBe(1);
  return pages.map((page) => page.attributes['error.type']);
}
