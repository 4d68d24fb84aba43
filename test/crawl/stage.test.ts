import { SpanStatusCode } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import { extract, inject, page, stage, withStage } from '../../src/index.ts';
import { startTelemetry } from './telemetry.ts';

let telemetry: ReturnType<typeof startTelemetry>;
beforeEach(() => {
  telemetry = startTelemetry();
});
afterEach(() => telemetry.stop());

describe('stage keeps', () => {
  test('type, name, length and own properties', () => {
    const original = Object.assign(repeat, { extra: 1 });
    const staged = stage('custom', original);
    expectTypeOf(staged).toEqualTypeOf(original);
    expect(staged.name).toBe('repeat');
    expect(staged).toHaveLength(2);
    expect(staged.extra).toBe(1);
    expect(staged(2, 'x')).toBe('xx');
  });

  test('this and construction', () => {
    class Counter {
      count = 1;
      next = stage('custom', function (this: Counter) {
        return ++this.count;
      });
    }
    expect(new Counter().next()).toBe(2);
    const Staged = stage('custom', Counter as never) as unknown as typeof Counter;
    expect(new Staged()).toBeInstanceOf(Counter);
  });

  test('sync-ness and errors', async () => {
    const error = new Error('boom');
    const sync = stage('a', () => {
      throw error;
    });
    const asynchronous = stage('b', async () => {
      await Promise.resolve();
      throw error;
    });
    expect(sync).toThrow(error);
    await expect(asynchronous()).rejects.toBe(error);
    expect(telemetry.spans().map((span) => [span.name, span.status.code])).toEqual([
      ['crawl.a', SpanStatusCode.ERROR],
      ['crawl.b', SpanStatusCode.ERROR],
    ]);
  });

  test('lazy thenables lazy, with their methods', async () => {
    let ran = 0;
    // oxlint-disable-next-line unicorn/no-thenable -- what query builders are
    const query = { limit: () => 'limited', then: (ok: (rows: number) => unknown) => Promise.resolve(++ran).then(ok) };
    const find = stage('store', () => query, { attributes: (_, rows) => ({ rows: Number(rows) }) });
    const found = find();
    expect(found).toBe(query);
    expect(found.limit()).toBe('limited');
    expect(ran).toBe(0);
    expect(telemetry.spans()).toEqual([]);
    expect(await found).toBe(1);
    await found;
    expect(telemetry.spans()).toHaveLength(1);
    expect(telemetry.span('crawl.store').attributes).toMatchObject({ rows: 1 });
  });

  test('promise subclasses', async () => {
    class Special extends Promise<number> {
      extra = 'kept';
    }
    const special = stage('a', () => Special.resolve(4) as Special)();
    expect(special.extra).toBe('kept');
    expect(await special).toBe(4);
    expect(telemetry.spans()).toHaveLength(1);
  });
});

describe('generators', () => {
  test('end at the last value, with nested stages inside', () => {
    const numbers = stage('custom', function* () {
      yield 1;
      yield withStage('inner', () => 2);
    });
    expect([...numbers()]).toEqual([1, 2]);
    expect(telemetry.spans().map((span) => span.name)).toEqual(['crawl.inner', 'crawl.custom']);
    const [inner, outer] = telemetry.spans();
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
  });

  test('end once on an early stop or an error, async too', async () => {
    const numbers = stage('custom', async function* () {
      yield 1;
      throw new Error('late');
    });
    for await (const one of numbers()) {
      expect(one).toBe(1);
      break;
    }
    const drain = async (): Promise<void> => {
      for await (const one of numbers()) expect(one).toBe(1);
    };
    await expect(drain()).rejects.toThrow('late');
    expect(telemetry.spans().map((span) => span.status.code)).toEqual([SpanStatusCode.UNSET, SpanStatusCode.ERROR]);
  });
});

test('attributes come from arguments and awaited result, and may fail', async () => {
  const embed = stage('embed', async (text: string) => [text.length], {
    attributes: ([text], vector) => ({ 'in.text': text, dimensions: vector.length }),
    modelVersion: 'm@3',
  });
  await embed('abc');
  withStage('extract', () => 1, {
    attributes: () => {
      throw new Error('attribute function');
    },
  });
  expect(telemetry.span('crawl.embed').attributes).toMatchObject({
    'in.text': 'abc',
    dimensions: 1,
    'crawl.model.version': 'm@3',
  });
  expect(telemetry.span('crawl.extract').status.code).toBe(SpanStatusCode.UNSET);
});

test('inject and extract carry page and trace through a queue', () => {
  const job = page({ url: 'https://example.org/?key=1', retry: 1, modelVersion: 'm@1' }, () => inject({ id: 5 }));
  const received = JSON.parse(JSON.stringify(job)) as typeof job;
  extract(received, () => withStage('embed', () => 1));
  const span = telemetry.span('crawl.page');
  const embed = telemetry.span('crawl.embed');
  expect(embed.spanContext().traceId).toBe(span.spanContext().traceId);
  expect(embed.parentSpanContext).toMatchObject({ spanId: span.spanContext().spanId, isRemote: true });
  expect(embed.attributes).toMatchObject({
    'url.full': 'https://example.org/?key=REDACTED',
    'crawl.retry.count': 1,
    'crawl.model.version': 'm@1',
  });
});

test.each([{}, { traceparent: 'nonsense' }, { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` }, null, 'text'])(
  'extract takes a job without a context: %j',
  (job) => {
    expect(extract(job as never, () => withStage('embed', () => 7))).toBe(7);
    expect(telemetry.span('crawl.embed').parentSpanContext).toBeUndefined();
  },
);

function repeat(a: number, b: string): string {
  return b.repeat(a);
}
