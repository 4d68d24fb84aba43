import { randomBytes } from 'node:crypto';
import { TOKEN } from './collector.ts';

/** A span for the suites that need no crawler. */
export interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly name?: string;
  /** Makes the span a failed one. */
  readonly message?: string;
  readonly seconds?: number;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly events?: readonly Readonly<Record<string, unknown>>[];
}

/** New spans of distinct traces, each with the attributes. */
export function makeSpans(count: number, attributes: Readonly<Record<string, unknown>> = {}): SentSpan[] {
  return Array.from({ length: count }, () => ({
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    attributes,
  }));
}

/** An OTLP/JSON trace request with one scope. */
export function traceRequest(spans: readonly SentSpan[], service = 'chaos'): object {
  const end = BigInt(Date.now()) * 1_000_000n;
  return {
    resourceSpans: [
      {
        resource: { attributes: keyValues({ 'service.name': service }) },
        scopeSpans: [
          {
            scope: { name: 'crawlscope' },
            spans: spans.map(
              ({ traceId, spanId, name = 'crawl.page', message, seconds = 0.05, attributes = {}, events = [] }) => ({
                traceId,
                spanId,
                name,
                kind: 5,
                startTimeUnixNano: String(end - BigInt(seconds * 1e9)),
                endTimeUnixNano: String(end),
                attributes: keyValues(attributes),
                events: events.map((event) => ({ name: 'exception', timeUnixNano: String(end), attributes: keyValues(event) })),
                status: message === undefined ? {} : { code: 2, message },
              }),
            ),
          },
        ],
      },
    ],
  };
}

/** Sends a request of a signal as an exporter would; the status is 0 where nobody answered. */
export async function send(
  otlpUrl: string,
  signal: 'traces' | 'logs' | 'metrics',
  body: object | string,
  token = TOKEN,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await fetch(`${otlpUrl}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { status: 0, text: String(error) };
  }
}

/** Attributes as OTLP writes them. */
export function keyValues(attributes: Readonly<Record<string, unknown>>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: keyValues(value as Record<string, unknown>) } };
}
