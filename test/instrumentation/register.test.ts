import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { REGISTER, readMetrics, readSpans, type JsonSpan } from '../sdk/child.ts';
import { runNode, temporaryDirectory } from './child.ts';
import { serveSite, type Site } from './site.ts';

let site: Site;
beforeEach(async () => {
  site = await serveSite();
});
afterEach(() => site.close());

async function crawl(fixture: string) {
  const directory = await temporaryDirectory();
  const env = { CRAWLSCOPE_DIR: directory, STORAGE: join(directory, 'storage'), SITE: site.url, CRAWLEE_LOG_LEVEL: 'ERROR' };
  const outcome = await runNode(['--import', REGISTER, resolve(import.meta.dirname, 'fixtures', fixture)], env);
  return { ...outcome, directory };
}

const valueOf = (span: JsonSpan | undefined, name: string): unknown =>
  Object.values(span?.attributes.find(({ key }) => key === name)?.value ?? {})[0];

it.each(['cheerio.mjs', 'cheerio.cjs'])(
  'a Crawlee crawl under the register is on disk, spans and metrics: %s',
  async (fixture) => {
    const { code, stderr, directory } = await crawl(fixture);
    expect(code, stderr).toBe(0);
    expect(stderr).not.toContain('CrawlscopeWarning');
    const spans = readSpans(directory);
    const [page, ...more] = spans.filter((span) => span.name === 'crawl.page' && valueOf(span, 'url.full') === `${site.url}/a`);
    expect(more).toEqual([]);
    const fetch = spans.find((span) => span.name === 'crawl.fetch' && span.parentSpanId === page?.spanId);
    expect(valueOf(fetch, 'http.response.status_code')).toBe(200);
    const flaky = spans.filter((span) => span.name === 'crawl.page' && valueOf(span, 'url.full') === `${site.url}/flaky`);
    expect(flaky).toHaveLength(2);
    expect(new Set(flaky.map((span) => span.traceId)).size).toBe(1);
    expect(spans.filter((span) => span.name === 'crawl.run')).toHaveLength(1);
    const names = readMetrics(directory).map((metric) => metric.name);
    expect(names).toEqual(expect.arrayContaining(['crawl.pages', 'crawl.stage.duration', 'crawl.queue.wait', 'crawl.retries']));
  },
);

it('warns once of a missing private method of Crawlee, without a log level, and the crawl goes on', async () => {
  const { code, stdout, stderr, directory } = await crawl('missing-method.mjs');
  expect(code, stderr).toBe(0);
  expect(stdout.match(/127\.0\.0\.1/g)).toHaveLength(2);
  expect(stderr.match(/has no method _requestFunctionErrorHandler/g)).toHaveLength(1);
  expect(readSpans(directory).filter((span) => span.name === 'crawl.page')).toHaveLength(2);
});
