import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheLookup, fail, page, run, stage, withStage, type Carrier } from '../../src/index.ts';
import { startTelemetry } from './telemetry.ts';

let telemetry: ReturnType<typeof startTelemetry>;
beforeEach(() => {
  telemetry = startTelemetry();
});
afterEach(() => telemetry.stop());

const url = 'https://user:pw@example.org/a?token=abc';
const redacted = 'https://REDACTED:REDACTED@example.org/a?token=REDACTED';

describe('page', () => {
  test('is a consumer span with the redacted URL, inherited by its stages', async () => {
    const extract = stage('extract', async (html: string) => html.length);
    const length = await page({ url, retry: 2, modelVersion: 'm@1', depth: 3, queueWait: 0.5 }, async (active) => {
      const size = await extract('abc');
      active.result({ length: size, score: 0.7, threshold: 0.5, category: 'news', tags: ['a'], tagScores: [0.7] });
      return size;
    });
    expect(length).toBe(3);
    const span = telemetry.span('crawl.page');
    expect(span.kind).toBe(SpanKind.CONSUMER);
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    expect(span.attributes).toEqual({
      'url.full': redacted,
      'url.domain': 'example.org',
      'crawl.stage': 'page',
      'crawl.retry.count': 2,
      'crawl.model.version': 'm@1',
      'crawl.page.depth': 3,
      'crawl.queue.wait': 0.5,
      'crawl.page.length': 3,
      'crawl.page.score': 0.7,
      'crawl.threshold.value': 0.5,
      'crawl.threshold.passed': true,
      'crawl.page.category': 'news',
      'crawl.page.tags': ['a'],
      'crawl.page.tag_scores': [0.7],
    });
    const child = telemetry.span('crawl.extract');
    expect(child.parentSpanContext?.spanId).toBe(span.spanContext().spanId);
    expect(child.attributes).toMatchObject({
      'url.full': redacted,
      'crawl.retry.count': 2,
      'crawl.model.version': 'm@1',
      'crawl.stage': 'extract',
    });
  });

  test('keeps one trace over retries, also through JSON, with a link to the discoverer', () => {
    let carrier: Carrier = {};
    page({ url }, (first) => {
      carrier = JSON.parse(JSON.stringify(first.carrier)) as Carrier;
    });
    page({ url, retry: 1, parent: carrier }, () => {});
    page({ url: 'https://example.org/b', discoveredBy: carrier }, () => {});
    const [first, second, third] = telemetry.spans('crawl.page');
    expect(first?.parentSpanContext).toBeUndefined();
    expect(second?.spanContext().traceId).toBe(first?.spanContext().traceId);
    expect(second?.parentSpanContext?.spanId).toBe(first?.spanContext().spanId);
    expect(third?.spanContext().traceId).not.toBe(first?.spanContext().traceId);
    expect(third?.links).toMatchObject([
      { context: { spanId: first?.spanContext().spanId }, attributes: { 'crawl.link.type': 'discovered_by' } },
    ]);
  });

  test('starts a new trace inside another span, linked to its run', () => {
    run({ id: 'r1', config: { b: 1, a: 2 }, seed: 7, threshold: 0.4, modelVersion: 'm@2', versions: { lib: '1.0' } }, () => {
      page({ url }, (active) => active.result({ score: 0.5 }));
      page({ url }, (active) => active.result({ score: 0.3 }));
    });
    const record = telemetry.span('crawl.run');
    expect(record.attributes).toMatchObject({
      'crawl.run.id': 'r1',
      'crawl.config.hash': 'd3626ac30a87e6f7a6428233b3c68299976865fa5508e4267c5415c76af7a772',
      'crawl.random_seed': 7,
      'crawl.threshold.value': 0.4,
      'crawl.model.version': 'm@2',
      'crawl.run.samples': 2,
      'crawl.run.pass_rate': 0.5,
    });
    expect(record.attributes['crawl.run.versions']).toContain('lib@1.0');
    const span = telemetry.span('crawl.page');
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.links).toMatchObject([
      { context: { spanId: record.spanContext().spanId }, attributes: { 'crawl.link.type': 'run' } },
    ]);
    expect(span.attributes).toMatchObject({ 'crawl.run.id': 'r1', 'crawl.model.version': 'm@2', 'crawl.threshold.passed': true });
  });
});

test('attributes that telemetry cannot carry are dropped, never thrown', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const given = { ok: 'yes', cyclic, big: 'x'.repeat(1_000_000), bad: '\ud800', list: [1, 'a', null, 2] } as never;
  page({ url, attributes: given }, () => withStage('extract', () => 1, { attributes: () => given }));
  for (const span of telemetry.spans()) {
    expect(span.attributes).toMatchObject({ ok: 'yes', bad: '\ufffd', list: [1, 2] });
    expect(span.attributes).not.toHaveProperty('cyclic');
    expect(String(span.attributes['big']).length).toBeLessThan(10_000);
  }
});

test('metrics count pages, retries, stages, waits and caches', async () => {
  page({ url, queueWait: 2 }, (active) => active.result({ category: 'news' }));
  expect(() =>
    page({ url, willRetry: true }, () =>
      withStage('store', () => {
        throw new Error('down');
      }),
    ),
  ).toThrow('down');
  cacheLookup('embeddings', true);
  expect(await telemetry.points('crawl.pages')).toEqual([
    { attributes: { 'crawl.outcome': 'ok', 'crawl.page.category': 'news' }, value: 1 },
    { attributes: { 'crawl.outcome': 'retried' }, value: 1 },
  ]);
  expect(await telemetry.points('crawl.retries')).toEqual([
    { attributes: { 'crawl.stage': 'store', 'error.type': 'store' }, value: 1 },
  ]);
  expect(await telemetry.points('crawl.cache.lookups')).toEqual([
    { attributes: { 'crawl.cache.name': 'embeddings', 'crawl.cache.hit': true }, value: 1 },
  ]);
  expect(await telemetry.points('crawl.queue.wait')).toMatchObject([{ value: { count: 1, sum: 2 } }]);
  expect(await telemetry.points('crawl.stage.duration')).toMatchObject([
    { attributes: { 'crawl.stage': 'store', 'error.type': 'store' }, value: { count: 1 } },
  ]);
  expect(await telemetry.points('crawl.page.duration')).toHaveLength(2);
});

test('without an SDK everything is a no-op', async () => {
  await telemetry.stop();
  const carrier = page({ url }, (active) => {
    page.result({ score: 1 });
    fail('blocked');
    active.fail('blocked');
    return withStage('extract', () => active.carrier);
  });
  expect(carrier).toEqual({});
  expect(trace.getActiveSpan()).toBeUndefined();
  await expect(page({ url }, async () => 5)).resolves.toBe(5);
  expect(telemetry.spans()).toEqual([]);
});
