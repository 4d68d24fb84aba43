import { SpanStatusCode } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fail, page, withStage } from '../../src/index.ts';
import { startTelemetry } from './telemetry.ts';

let telemetry: ReturnType<typeof startTelemetry>;
beforeEach(() => {
  telemetry = startTelemetry();
});
afterEach(() => telemetry.stop());

const url = 'https://user:pw@example.org/a?token=abc';
const redacted = 'https://REDACTED:REDACTED@example.org/a?token=REDACTED';

describe('failures', () => {
  test('are recorded once, on the stage, with the class on the page too', () => {
    const error = Object.assign(new Error(`GET ${url} failed`), { code: 'ENOTFOUND' });
    const crawl = (): void =>
      page({ url, willRetry: () => true }, () => {
        try {
          withStage('fetch', () => {
            throw error;
          });
        } catch (cause) {
          throw new Error('wrapped', { cause });
        }
      });
    expect(crawl).toThrow('wrapped');
    const fetch = telemetry.span('crawl.fetch');
    const span = telemetry.span('crawl.page');
    expect(span.events).toEqual([]);
    expect(span.attributes['error.type']).toBe('dns');
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(fetch.events).toHaveLength(1);
    expect(fetch.events[0]?.name).toBe('exception');
    expect(fetch.events[0]?.attributes).toMatchObject({
      'exception.type': 'Error',
      'exception.message': `GET ${redacted} failed`,
      'crawl.stage': 'fetch',
      'crawl.retry.count': 0,
      'crawl.retry.scheduled': true,
      'url.full': redacted,
    });
    expect(String(fetch.events[0]?.attributes?.['exception.stacktrace'])).not.toContain('abc');
  });

  test('that a handler catches do not fail the page', () => {
    page({ url }, () => {
      expect(() => withStage('embed', () => JSON.parse('{'))).toThrow(SyntaxError);
    });
    expect(telemetry.span('crawl.page').status.code).toBe(SpanStatusCode.UNSET);
    expect(telemetry.span('crawl.embed').attributes['error.type']).toBe('parse');
  });

  test('that throw nothing are recorded by fail', () => {
    page({ url }, (active) => {
      active.result({ contentHash: 'h', length: 0 });
      withStage('extract', () => fail('empty_content', { message: 'no text', retryScheduled: false }));
    });
    const event = telemetry.span('crawl.extract').events[0];
    expect(event?.attributes).toMatchObject({
      'exception.type': 'empty_content',
      'exception.message': 'no text',
      'crawl.retry.scheduled': false,
      'crawl.page.content_hash': 'h',
      'crawl.page.length': 0,
    });
    expect(telemetry.span('crawl.page').attributes['error.type']).toBe('empty_content');
    expect(telemetry.span('crawl.page').events).toEqual([]);
  });

  test('page.result and page.fail act on the active page', async () => {
    await page({ url }, async () => {
      await Promise.resolve();
      page.result({ category: 'x' });
      page.fail('blocked', { statusCode: 403 });
    });
    const span = telemetry.span('crawl.page');
    expect(span.attributes).toMatchObject({ 'crawl.page.category': 'x', 'error.type': 'blocked' });
    expect(span.events[0]?.attributes).toMatchObject({ 'http.response.status_code': 403, 'crawl.stage': 'page' });
  });

  test.each<[unknown, string]>([
    ['text', 'string'],
    [undefined, 'undefined'],
    [null, 'object'],
    [Object.create(null), 'Error'],
    [
      {
        get message() {
          throw new Error('no');
        },
      },
      'Error',
    ],
    [
      new Proxy(
        {},
        {
          get() {
            throw new Error('no');
          },
        },
      ),
      'Error',
    ],
  ])('take anything thrown: %#', async (thrown) => {
    const crawl = (): never =>
      page({ url }, () =>
        withStage('custom', () => {
          throw thrown;
        }),
      );
    let caught: unknown = 'nothing';
    try {
      crawl();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(thrown);
    expect(telemetry.spans()).toHaveLength(2);
    expect(telemetry.span('crawl.page').status.code).toBe(SpanStatusCode.ERROR);
  });
});
