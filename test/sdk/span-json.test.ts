import { SpanKind, SpanStatusCode, createTraceState, type Attributes, type SpanContext } from '@opentelemetry/api';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { spansToLine } from '../../src/sdk/span-json.ts';

const text = fc.oneof(fc.constantFrom('', 'a', 'crawl.page', '"\\\n\u0000é😀', 'x'.repeat(400)), fc.string({ unit: 'binary' }));
const key = fc.oneof(fc.constantFrom('url.full', 'url.domain', 'crawl.stage', '__proto__', 'é"'), text);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.double(),
    fc.integer(),
    fc.constantFrom(-0, 1e21, Number.NaN, 2 ** 53),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.uint8Array({ maxLength: 5 }),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(key, tie('any'), { maxKeys: 3 }),
  ),
})).any;
const attributes = fc.dictionary(key, value, { maxKeys: 12 }) as fc.Arbitrary<Attributes>;
const count = fc.nat(5);
const time = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 2 ** 32 }), fc.nat(999_999_999)),
  fc.tuple(fc.constantFrom(0, -1, 3.5), fc.constantFrom(0, 1, 7.5, 999_999_999, 1_000_000_000)),
);
const context: fc.Arbitrary<SpanContext> = fc.record(
  {
    traceId: fc.oneof(fc.stringMatching(/^[\da-f]{32}$/), text),
    spanId: fc.oneof(fc.stringMatching(/^[\da-f]{16}$/), text),
    traceFlags: fc.nat(511),
    isRemote: fc.boolean(),
    traceState: fc.constantFrom('a=1', 'a=1,b=2').map(createTraceState),
  },
  { requiredKeys: ['traceId', 'spanId', 'traceFlags'] },
);
const event = fc.record(
  { name: text, time, attributes, droppedAttributesCount: count },
  { requiredKeys: ['name', 'time'], noNullPrototype: true },
);
const link = fc.record({ context, attributes, droppedAttributesCount: count }, { requiredKeys: ['context'] });
const resources = [
  resourceFromAttributes({ 'service.name': 'shop', 'process.command_args': ['node', 'a "b"'] }),
  resourceFromAttributes({}, { schemaUrl: 'https://example.org/schema' }),
];
const scopes = [{ name: 'crawlscope' }, { name: 'undici', version: '1.0' }, { name: '"', schemaUrl: 'https://example.org/s' }];
const REQUIRED = [
  'name',
  'kind',
  'spanContext',
  'startTime',
  'endTime',
  'status',
  'attributes',
  'links',
  'events',
  'resource',
  'instrumentationScope',
  'droppedAttributesCount',
  'droppedEventsCount',
  'droppedLinksCount',
] as const;
const span = fc.record(
  {
    name: text,
    kind: fc.constantFrom(SpanKind.INTERNAL, SpanKind.CLIENT, SpanKind.CONSUMER),
    spanContext: context.map((one) => () => one),
    parentSpanContext: context,
    startTime: time,
    endTime: time,
    status: fc.record(
      { code: fc.constantFrom(SpanStatusCode.UNSET, SpanStatusCode.ERROR), message: text },
      { requiredKeys: ['code'] },
    ),
    attributes,
    links: fc.array(link, { maxLength: 3 }),
    events: fc.array(event, { maxLength: 3 }),
    resource: fc.constantFrom(...resources),
    instrumentationScope: fc.constantFrom(...scopes),
    droppedAttributesCount: count,
    droppedEventsCount: count,
    droppedLinksCount: count,
  },
  { requiredKeys: [...REQUIRED] },
) as unknown as fc.Arbitrary<ReadableSpan>;
const read = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

test("a line is, to the byte, what OpenTelemetry's serializer gives", () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 8 }), (spans) => {
      expect(read(spansToLine(spans))).toBe(`${read(JsonTraceSerializer.serializeRequest(spans))}\n`);
    }),
    { numRuns: 1000 },
  );
});

test('a line longer than the buffer is whole, and so is the next one', () => {
  const [one] = fc.sample(span, { numRuns: 1, seed: 1 });
  const long = { ...one, name: '€'.repeat(3_000_000) } as ReadableSpan;
  for (const spans of [[long], [long, long], [one as ReadableSpan]]) {
    expect(read(spansToLine(spans)) === `${read(JsonTraceSerializer.serializeRequest(spans))}\n`).toBe(true);
  }
});
