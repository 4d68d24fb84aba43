import type { Type } from 'protobufjs';
import { CrawlscopeError, errorMessage } from '../errors.ts';
import { describeMessages } from './descriptors.ts';
import type { Signal } from './rows.ts';
import type { Json } from './value.ts';

/** Turns one protobuf export request into the shape of OTLP's JSON mapping; throws where it is none. */
export type DecodeProto = (bytes: Buffer, hint: Signal | undefined) => Json;

const TYPES: Readonly<Record<Signal, string>> = { traces: 'Traces', logs: 'Logs', metrics: 'Metrics' };
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/** Loads the protobuf library, which is an optional dependency; rejects with `MISSING_PACKAGE`. */
export async function loadProtoDecoder(): Promise<DecodeProto> {
  const { default: protobuf } = await import('protobufjs').catch((error: unknown) => {
    throw new CrawlscopeError(
      'MISSING_PACKAGE',
      `the package protobufjs, which reads protobuf files, cannot be loaded: ${errorMessage(error).split('\n')[0]}`,
      'Install it: npm install protobufjs (or install crawlscope without --omit=optional).',
      { cause: error },
    );
  });
  const root = protobuf.Root.fromJSON(describeMessages());
  root.resolveAll();
  const types = Object.fromEntries(Object.entries(TYPES).map(([signal, name]) => [signal, root.lookupType(name)])) as Record<
    Signal,
    Type
  >;
  return (bytes, hint) => {
    const type = types[signalOf(bytes) ?? hint ?? 'traces'];
    const request = type.toObject(type.decode(bytes), { longs: String }) as Json;
    if (Object.keys(request).length === 0) throw new Error('no resource in the record');
    return request;
  };
}

/**
 * Tells the signal by the wire types of the first span, log record or metric (`request.1.2.2`): only log records have fixed 64-bit
 * fields 1 and 11, only spans field 7.
 */
function signalOf(request: Buffer): Signal | undefined {
  let item: Buffer | undefined = request;
  for (const number of [1, 2, 2])
    item = item && fields(item).find((field) => field.number === number && field.type === LENGTH)?.bytes;
  if (!item) return undefined;
  const found = fields(item);
  const has = (number: number, type: number): boolean => found.some((field) => field.number === number && field.type === type);
  if (has(1, FIXED64) || has(11, FIXED64)) return 'logs';
  if (has(7, FIXED64)) return 'traces';
  return has(1, LENGTH) && [5, 7, 9, 10, 11].some((number) => has(number, LENGTH)) ? 'metrics' : undefined;
}

interface Field {
  readonly number: number;
  readonly type: number;
  readonly bytes: Buffer;
}

function fields(message: Buffer): Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; at < message.length && shift < 49; shift += 7) {
      const byte = message[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < message.length) {
    const tag = varint();
    const type = tag & 7;
    let length = type === FIXED64 ? 8 : 4;
    if (type === VARINT || type === LENGTH) length = varint();
    else if (type !== FIXED64 && type !== FIXED32) break;
    const end = type === VARINT ? at : at + length;
    if (end > message.length) break;
    found.push({ number: Math.floor(tag / 8), type, bytes: message.subarray(at, end) });
    at = end;
  }
  return found;
}
