import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeAttributes, encodeValue } from '../otlp/encode.ts';
import type { Attributes, AttributeValue } from '../otlp/rows.ts';
import { SCOPE_NAME } from '../semconv.ts';

/** A log record to add to the telemetry on disk. */
export interface NewLog {
  readonly eventName: string;
  /** Microseconds since the Unix epoch. */
  readonly timeUs: number;
  /** OTLP severity number; 9 (INFO) when not given. */
  readonly severity?: number;
  readonly body?: AttributeValue;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes: Attributes;
}

/** A finished span to add to the telemetry on disk. */
export interface NewSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** Microseconds since the Unix epoch. */
  readonly startUs: number;
  readonly endUs: number;
  readonly failed: boolean;
  readonly attributes: Attributes;
  readonly events?: readonly { readonly name: string; readonly timeUs: number; readonly attributes: Attributes }[];
}

const NEWLINE = 0x0a;
const KIND_INTERNAL = 1;
const STATUS_ERROR = 2;
const RESOURCE = { attributes: encodeAttributes({ 'service.name': SCOPE_NAME }) };
const SCOPE = { name: SCOPE_NAME };

/**
 * Appends log records as one line of OTLP JSON to `file` in the data folder `folder`, and resolves when it is on disk. A line that a
 * crash left half written is closed first, so that it costs nothing but itself.
 */
export async function appendLogs(folder: string, file: string, records: readonly NewLog[]): Promise<void> {
  await appendLine(folder, file, encodeLogs(records));
}

/** Appends spans in the same way. */
export async function appendSpans(folder: string, file: string, spans: readonly NewSpan[]): Promise<void> {
  await appendLine(folder, file, encodeSpans(spans));
}

async function appendLine(folder: string, file: string, request: object): Promise<void> {
  const path = join(folder, file);
  await mkdir(folder, { recursive: true });
  const handle = await open(path, 'a+');
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1, NEWLINE);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    const glue = last[0] === NEWLINE ? '' : '\n';
    await handle.appendFile(`${glue}${JSON.stringify(request)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(dirname(path));
}

/** Makes the name of a new file durable; some systems cannot open a folder, and need not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function encodeLogs(records: readonly NewLog[]): object {
  const logRecords = records.map(({ eventName, timeUs, severity = 9, body, traceId, spanId, attributes }) => ({
    timeUnixNano: nanoseconds(timeUs),
    observedTimeUnixNano: `${BigInt(Date.now()) * 1_000_000n}`,
    severityNumber: severity,
    eventName,
    ...(body === undefined ? {} : { body: encodeValue(body) }),
    ...(traceId ? { traceId } : {}),
    ...(spanId ? { spanId } : {}),
    attributes: encodeAttributes(attributes),
  }));
  return { resourceLogs: [{ resource: RESOURCE, scopeLogs: [{ scope: SCOPE, logRecords }] }] };
}

function encodeSpans(records: readonly NewSpan[]): object {
  const spans = records.map(({ startUs, endUs, failed, attributes, events = [], ...ids }) => ({
    ...ids,
    kind: KIND_INTERNAL,
    startTimeUnixNano: nanoseconds(startUs),
    endTimeUnixNano: nanoseconds(endUs),
    attributes: encodeAttributes(attributes),
    events: events.map((event) => ({
      name: event.name,
      timeUnixNano: nanoseconds(event.timeUs),
      attributes: encodeAttributes(event.attributes),
    })),
    ...(failed && { status: { code: STATUS_ERROR } }),
  }));
  return { resourceSpans: [{ resource: RESOURCE, scopeSpans: [{ scope: SCOPE, spans }] }] };
}

function nanoseconds(us: number): string {
  return `${BigInt(Math.round(us)) * 1000n}`;
}
