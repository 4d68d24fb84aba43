import { appendFile, cp, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDuckDb } from '../../src/store/duckdb.ts';
import { openIngested } from '../../src/store/open.ts';
import { hex, logLine, metricLine, otlpSpan, traceLine } from '../otlp/samples.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crawlscope-ingest-'));
});
afterEach(() => rm(folder, { recursive: true }));

const page = (id: number): string => traceLine(otlpSpan({ spanId: hex(id, 16), traceId: hex(id, 32) }));

async function ingestNow() {
  const store = await openIngested({ data: folder, store: join(folder, 'store.duckdb') });
  const [counts] = await store.query<{ pages: number; logs: number; metrics: number }>(
    'SELECT (SELECT count(*) FROM pages) AS pages, (SELECT count(*) FROM logs) AS logs, (SELECT count(*) FROM metrics) AS metrics',
  );
  await store.close();
  return { ...store.ingested, stored: counts! };
}

test('only what is new is read, also of a file that grew', async () => {
  const path = join(folder, 'traces.jsonl');
  await writeFile(path, `${page(1)}\n`);
  expect(await ingestNow()).toMatchObject({ files: 1, bytes: page(1).length + 1, spans: 1 });
  expect(await ingestNow()).toMatchObject({ files: 0, bytes: 0, spans: 0, duplicates: 0 });
  await appendFile(path, `${page(2)}\n`);
  expect(await ingestNow()).toMatchObject({ files: 1, bytes: page(2).length + 1, spans: 1, duplicates: 0, stored: { pages: 2 } });
});

test('a rotation renames the active file and starts another of the same name', async () => {
  const path = join(folder, 'traces.jsonl');
  await writeFile(path, `${page(1)}\n`);
  await ingestNow();
  await appendFile(path, page(2));
  await rename(path, join(folder, 'traces-2026-11-23T09-35-20.831-size.jsonl'));
  await writeFile(path, `\n${page(3)}\n`);
  expect(await ingestNow()).toMatchObject({ spans: 2, duplicates: 0, skipped: [], stored: { pages: 3 } });
});

test('a file that was truncated and written anew is read from its start', async () => {
  const path = join(folder, 'traces');
  await writeFile(path, `${page(1)}\n${page(2)}\n`);
  await ingestNow();
  await truncate(path);
  await writeFile(path, `${page(3)}\n${page(4)}\n${page(5)}\n`);
  expect(await ingestNow()).toMatchObject({ spans: 3, duplicates: 0, stored: { pages: 5 } });
});

test('a copy under another name adds nothing, of any signal', async () => {
  await writeFile(join(folder, 'all.json'), `${page(1)}\n${logLine('x', {})}\n${metricLine(5)}\n`);
  expect(await ingestNow()).toMatchObject({ spans: 1, logs: 1, metrics: 2 });
  await cp(join(folder, 'all.json'), join(folder, 'copy.json'));
  expect(await ingestNow()).toMatchObject({ spans: 0, logs: 0, metrics: 0, stored: { pages: 1, logs: 1, metrics: 2 } });
});

test('records sent again are left out, of the same file and of another', async () => {
  await writeFile(
    join(folder, 'a.jsonl'),
    `${page(1)}\n${page(1)}\n${logLine('x', {})}\n${logLine('x', {})}\n${metricLine(5)}\n`,
  );
  await writeFile(join(folder, 'b.jsonl'), `\n${page(2)}\n${page(1)}\n${metricLine(5)}\n${metricLine(6)}\n`);
  const result = await ingestNow();
  expect(result.stored).toEqual({ pages: 2, logs: 1, metrics: 3 });
  expect(result).toMatchObject({ spans: 2, logs: 1, metrics: 3, duplicates: 2 + 1 + 3 });
});

test('an incomplete last line is told every time, and read once it is whole', async () => {
  const path = join(folder, 'traces.jsonl');
  await writeFile(path, `${page(1)}\n${page(2).slice(0, 40)}`);
  const pending = { file: path, offset: page(1).length + 1, bytes: 40 };
  expect(await ingestNow()).toMatchObject({ spans: 1, skipped: [pending] });
  expect(await ingestNow()).toMatchObject({ spans: 0, skipped: [pending] });
  await appendFile(path, `${page(2).slice(40)}\n`);
  expect(await ingestNow()).toMatchObject({ spans: 1, skipped: [], stored: { pages: 2 } });
});

test('a bad line is told with its file, offset, length and reason', async () => {
  const path = join(folder, 'traces.jsonl');
  await writeFile(path, `${page(1)}\nrubbish\n${page(2)}\n`);
  const { skipped, spans } = await ingestNow();
  expect(spans).toBe(2);
  expect(skipped).toEqual([{ file: path, offset: page(1).length + 1, bytes: 7, reason: 'garbage before a record' }]);
});

test('a folder that cannot be read is an error that says so', async () => {
  const store = join(folder, 'store.duckdb');
  await expect(openIngested({ data: join(folder, 'none'), store })).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
});

test('a store whose views are defined in another way gets the ones of now, also where nothing is new', async () => {
  await writeFile(join(folder, 'traces.jsonl'), `${page(1)}\n`);
  await ingestNow();
  const older = await openDuckDb(join(folder, 'store.duckdb'));
  await older.connection.run('CREATE OR REPLACE VIEW pages AS SELECT 1 AS nothing WHERE false');
  await older.connection.run(`UPDATE store_definition SET definition = 'another'`);
  await older.close();
  expect(await ingestNow()).toMatchObject({ files: 0, stored: { pages: 1 } });
});

test('a store of another version is refused with what to do', async () => {
  const store = join(folder, 'store.duckdb');
  await writeFile(join(folder, 'traces.jsonl'), `${page(1)}\n`);
  await ingestNow();
  const older = await openDuckDb(store);
  await older.connection.run('UPDATE store_version SET version = 1');
  await older.connection.run('DROP TABLE store_definition');
  await older.connection.run('DROP TABLE span_pages');
  await older.close();
  await expect(openIngested({ data: folder, store })).rejects.toMatchObject({
    code: 'STORE_VERSION',
    message: expect.stringContaining('version 1'),
  });
});
