import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from './engine.ts';

/**
 * What the collector's exporter says over HTTP: statements as the body, and inserts as the parameter `query` with blocks in the format
 * Native as the body. Returns the bytes of the answer.
 */
export async function answerNative(session: Session, query: string | null, body: Buffer): Promise<Buffer> {
  if (query !== null && body.length > 0) return insertBlocks(session, query, body);
  const sql = query ?? body.toString();
  if (!/^\s*(?:SELECT|DESC|DESCRIBE|SHOW)\b/i.test(sql)) {
    session.query(sql);
    return Buffer.alloc(0);
  }
  const [names = [], types = [], ...rows] = session
    .query(sql, 'JSONCompactEachRowWithNamesAndTypes')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown[]);
  return encodeBlock(names.map(String), types.map(String), rows);
}

async function insertBlocks(session: Session, query: string, body: Buffer): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'crawlscope-blocks-'));
  try {
    await writeFile(join(folder, 'blocks'), body);
    const into = query.replace(/\s*(?:FORMAT\s+Native|VALUES[\s\S]*)$/i, '');
    session.query(`${into} SELECT * FROM file('${join(folder, 'blocks')}', Native)`);
  } finally {
    await rm(folder, { recursive: true });
  }
  return Buffer.alloc(0);
}

/** One block as a client of a recent protocol reads it: https://clickhouse.com/docs/native-protocol/server#block. */
function encodeBlock(names: readonly string[], types: readonly string[], rows: readonly (readonly unknown[])[]): Buffer {
  const info = Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0]);
  const columns = names.flatMap((name, at) => [
    text(name),
    text(types[at] ?? 'String'),
    // No serialisation of its own.
    Buffer.from([0]),
    ...rows.map((row) => encodeValue(types[at] ?? 'String', row[at])),
  ]);
  return Buffer.concat([info, varint(names.length), varint(rows.length), ...columns]);
}

function encodeValue(type: string, value: unknown): Buffer {
  if (type === 'UInt8') return Buffer.from([Number(value)]);
  if (type === 'String') return text(String(value));
  if (type !== 'UInt32' && type !== 'UInt64') throw new TypeError(`the front cannot encode ${type}`);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value as number | string));
  return bytes.subarray(0, type === 'UInt32' ? 4 : 8);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
