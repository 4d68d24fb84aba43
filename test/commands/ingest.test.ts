import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from '../../src/cli.ts';
import { otlpSpan, traceLine } from '../otlp/samples.ts';

let folder: string;
const page = traceLine(otlpSpan({ spanId: '1'.repeat(16) }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crawlscope-command-'));
  await writeFile(join(folder, 'traces\u001B[2J.jsonl'), `${page}\n${page}\nrubbish\n`);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function crawlscope(...args: string[]) {
  let out = '';
  let err = '';
  const io = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    colors: false,
    progress: () => undefined,
  };
  const code = await main([...args, '--data', folder, '--store', join(folder, 'store.duckdb')], io);
  return { code, out, err };
}

test('tells a person what was read, left out and skipped, without control characters of file names', async () => {
  const { code, out } = await crawlscope('ingest');
  expect(code).toBe(0);
  expect(out).toContain('from 1 file: 1 span, 0 log records, 0 metric points; 1 duplicate left out.');
  expect(out).toContain('Skipped 7 bytes in 1 stretch:');
  expect(out).not.toContain('\u001B');
});

test('prints the result as JSON', async () => {
  const { code, out } = await crawlscope('ingest', '--json');
  const file = join(folder, 'traces\u001B[2J.jsonl');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    files: 1,
    bytes: (page.length + 1) * 2 + 8,
    spans: 1,
    logs: 0,
    metrics: 0,
    duplicates: 1,
    skipped: [{ file, offset: (page.length + 1) * 2, reason: 'garbage before a record', bytes: 7 }],
  });
});

test('a folder that is missing is a failure with a next step', async () => {
  await rm(folder, { recursive: true });
  const { code, err } = await crawlscope('ingest');
  expect(code).toBe(2);
  expect(err).toContain('--data');
});
