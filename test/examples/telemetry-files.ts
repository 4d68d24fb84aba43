import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Value = string | number | boolean | undefined;

interface WrittenEvent {
  readonly name: string;
  readonly attributes: Readonly<Record<string, Value>>;
}

export interface WrittenSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: Readonly<Record<string, Value>>;
  readonly events: readonly WrittenEvent[];
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: { stringValue?: string; intValue?: string | number; doubleValue?: number; boolValue?: boolean };
}

interface OtlpSpan extends Omit<WrittenSpan, 'attributes' | 'events'> {
  readonly attributes?: readonly OtlpAttribute[];
  readonly events?: readonly { readonly name: string; readonly attributes?: readonly OtlpAttribute[] }[];
}

interface OtlpLine {
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[] }[];
}

/** All that is written below a folder, as text. */
export function readWritten(folder: string): string {
  return filesOf(folder)
    .map((file) => readFileSync(file, 'utf8'))
    .join('');
}

/** The spans of all OTLP JSON line files below a folder. */
export function readSpans(folder: string): WrittenSpan[] {
  return readWritten(folder)
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => (JSON.parse(line) as OtlpLine).resourceSpans ?? [])
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map((span) => ({
      ...span,
      attributes: toRecord(span.attributes),
      events: (span.events ?? []).map(({ name, attributes }) => ({ name, attributes: toRecord(attributes) })),
    }));
}

function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function toRecord(attributes: readonly OtlpAttribute[] = []): Record<string, Value> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
}

function plain({ stringValue, intValue, doubleValue, boolValue }: OtlpAttribute['value']): Value {
  return stringValue ?? (intValue === undefined ? (doubleValue ?? boolValue) : Number(intValue));
}
