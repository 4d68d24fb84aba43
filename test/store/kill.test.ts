import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ingestInto, openIngested, openStore } from '../../src/store/open.ts';
import { hex, logLine, metricLine, otlpSpan, traceLine } from '../otlp/samples.ts';

const CHILD = `
  import { ingestInto } from 'crawlscope/analyze';
  const [data, store] = process.argv.slice(1);
  await ingestInto({ data, store, commitBytes: 1, onProgress: () => process.stdout.write('progress\\n') });
`;
const RECORDS = 6000;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crawlscope-kill-'));
});
afterEach(() => rm(folder, { recursive: true }));

function startIngest(data: string, store: string) {
  return spawn(process.execPath, ['--input-type=module', '-e', CHILD, data, store], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function writeData(records: number): Promise<string> {
  const data = join(folder, 'otlp');
  await mkdir(data);
  const filler = 'x'.repeat(1500);
  const lines = Array.from({ length: records }, (_, id) => {
    const ids = { traceId: hex((id >> 2) + 1, 32), spanId: hex(id + 1, 16) };
    const span = otlpSpan({ ...ids, attributes: { filler, 'crawl.retry.count': id & 3 }, error: (id & 3) < 2 });
    return `${traceLine(span)}\n${logLine('x', { id }, { timeNs: BigInt(id) * 1000n })}\n${metricLine(id, BigInt(id) * 1000n)}\n`;
  });
  await writeFile(join(data, 'otlp.jsonl'), lines.join(''));
  return data;
}

async function contents(path: string): Promise<unknown[]> {
  const store = await openStore({ store: path });
  const tables = ['spans', 'pages', 'logs', 'metrics'];
  const rows = await Promise.all(
    tables.map((table) => store.query(`SELECT count(*) AS n, bit_xor(hash(t::VARCHAR)) AS h FROM ${table} t`)),
  );
  await store.close();
  return rows;
}

test('a killed ingest, run again, leaves the store of one clean run', async () => {
  const data = await writeData(RECORDS);
  const clean = join(folder, 'clean.duckdb');
  await ingestInto({ data, store: clean });
  const expected = await contents(clean);
  for (const steps of [1, 2, 4]) {
    const store = join(folder, `killed-${steps}.duckdb`);
    const child = startIngest(data, store);
    let seen = 0;
    for await (const _ of createInterface({ input: child.stdout })) if (++seen === steps) child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    // What was read before the last progress is in the store already.
    const { spans } = await ingestInto({ data, store });
    if (steps > 1) expect(spans).toBeLessThan(RECORDS);
    else expect(spans).toBeLessThanOrEqual(RECORDS);
    expect(await contents(store)).toEqual(expected);
  }
});

test('a store that another process holds is waited for, then reported', async () => {
  const data = await writeData(10);
  const path = join(folder, 'store.duckdb');
  const holder = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `import { openStore } from 'crawlscope/analyze';
     await openStore({ store: process.argv[1] });
     process.stdout.write('open\\n');
     setInterval(() => {}, 1000);`,
    path,
  ]);
  await once(holder.stdout, 'data');
  await expect(openStore({ store: path, waitMs: 300 })).rejects.toMatchObject({
    code: 'STORE_LOCKED',
    message: expect.stringContaining(String(holder.pid)),
  });
  const waiting = openIngested({ data, store: path });
  holder.kill('SIGKILL');
  const store = await waiting;
  expect(store.ingested.spans).toBe(10);
  await store.close();
});

test('who only reads waits for no other reader', async () => {
  const data = await writeData(10);
  const path = join(folder, 'store.duckdb');
  await ingestInto({ data, store: path });
  const reader = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `import { openIngested } from 'crawlscope/analyze';
     await openIngested({ data: process.argv[1], store: process.argv[2] });
     process.stdout.write('open\\n');
     setInterval(() => {}, 1000);`,
    data,
    path,
  ]);
  await once(reader.stdout, 'data');
  const store = await openStore({ store: path, readOnly: true, waitMs: 0 });
  expect(await store.query('SELECT count(*) AS pages FROM pages')).toEqual([{ pages: 10 }]);
  await store.close();
  reader.kill('SIGKILL');
});
