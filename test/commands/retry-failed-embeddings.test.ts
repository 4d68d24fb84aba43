import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeTelemetry } from '../fixtures/generate/generate.ts';
import { QUIET_PLAN } from '../fixtures/generate/plan.ts';
import { listDomains } from '../fixtures/generate/site.ts';
import { makeData, runCli } from '../monitor/run-cli.ts';

/** A past month, so that what is retried now is later; every third embedding fails. */
const PLAN = {
  ...QUIET_PLAN,
  from: '2024-01-01',
  days: 2,
  pagesPerDay: 60,
  incidents: listDomains(QUIET_PLAN).map((domain) => ({ domain, errorType: 'embedding', rate: 0.6, fromDay: 0, toDay: 2 })),
};
const COMMAND = 'retry-failed-embeddings';
let data: Awaited<ReturnType<typeof makeData>>;
/** Content hashes that failed and did not succeed later. */
let failed: string[];

beforeEach(async () => {
  data = await makeData({ ...PLAN, days: 0 });
  const truth = await writeTelemetry(join(data.folder, 'otlp'), PLAN);
  const last = new Map<string, boolean>();
  for (const each of truth.toSorted((a, b) => a.startUs - b.startUs)) {
    if (each.errorType === 'embedding') last.set(each.visit.contentHash, true);
    else if (each.outcome === 'ok') last.set(each.visit.contentHash, false);
  }
  failed = [...last].flatMap(([hash, isFailed]) => (isFailed ? [hash] : [])).toSorted();
  expect(failed.length).toBeGreaterThan(12);
});
afterEach(() => data.remove());

interface Item {
  readonly content_hash: string;
  readonly attempts: number;
}
const run = async (...args: string[]) => {
  const { code, out, err } = await runCli(COMMAND, ...data.options, '--json', '--backoff', '1', ...args);
  return {
    code,
    err,
    result: (out ? JSON.parse(out) : {}) as Record<string, Item[]> & { succeeded?: number; interrupted?: boolean },
  };
};
const hashes = (items: readonly Item[] | undefined): string[] => (items ?? []).map((item) => item.content_hash).toSorted();
/** A handler that notes every text that it is called with in `calls.txt`. */
async function writeHandler(body: string): Promise<string> {
  const file = join(data.folder, `embed-${Math.random()}.mjs`);
  const log = JSON.stringify(join(data.folder, 'calls.txt'));
  await writeFile(
    file,
    `import { appendFileSync } from 'node:fs';
     export default async function embed(batch, { signal }) {
       for (const item of batch) appendFileSync(${log}, item.contentHash + '\\n');
       ${body}
     }`,
  );
  return file;
}
const calls = async (): Promise<string[]> =>
  (await readFile(join(data.folder, 'calls.txt'), 'utf8')).trim().split('\n').toSorted();

async function retryLines(): Promise<string[]> {
  const files = (await readdir(join(data.folder, 'otlp'))).filter((name) => name.startsWith('retries-'));
  const texts = await Promise.all(files.map((name) => readFile(join(data.folder, 'otlp', name), 'utf8')));
  return texts.join('').trim().split('\n');
}

test('a dry run lists the queue and calls nothing', async () => {
  const { code, result } = await run('--dry-run');
  expect(code).toBe(1);
  expect(hashes(result['queued'])).toEqual(failed);
  expect(result['exhausted']).toEqual([]);
  const { out } = await runCli(COMMAND, ...data.options, '--dry-run');
  expect(out).toContain(`${failed.length} embeddings to retry`);
});

test('each text is embedded once, in batches, and is then out of the queue', async () => {
  const handler = await writeHandler(
    'if (batch.length > 5) throw new Error("too many"); return batch.map((i) => ({ embeddingId: "e-" + i.url }));',
  );
  const { code, result } = await run('--handler', handler, '--batch-size', '5');
  expect(result).toMatchObject({ succeeded: failed.length, exhausted: [], interrupted: false });
  expect(code).toBe(0);
  expect(await calls()).toEqual(failed);
  expect(await run('--handler', handler)).toMatchObject({ code: 0, result: { succeeded: 0 } });
  const [first] = JSON.parse(`[${(await retryLines()).join(',')}]`) as {
    resourceSpans: { scopeSpans: { spans: object[] }[] }[];
  }[];
  expect(first!.resourceSpans[0]!.scopeSpans[0]!.spans).toHaveLength(5);
  expect(first!.resourceSpans[0]!.scopeSpans[0]!.spans[0]).toMatchObject({
    name: 'crawl.embed',
    parentSpanId: expect.any(String) as string,
  });
});

test('failures are retried up to the limit, over all runs, and the exhausted are listed', async () => {
  const bad = failed[0]!;
  const handler = await writeHandler(
    `return batch.map((i) => (i.contentHash === '${bad}' ? { error: new Error('no, see https://x.example/?token=geheim') } : null));`,
  );
  const once = await run('--handler', handler, '--max-attempts', '1');
  expect(once.code).toBe(1);
  expect(once.result).toMatchObject({ succeeded: failed.length - 1, exhausted: [{ content_hash: bad, attempts: 1 }] });
  const twice = await run('--handler', handler, '--max-attempts', '3');
  expect(twice.result).toMatchObject({ succeeded: 0, failures: 2, exhausted: [{ content_hash: bad, attempts: 3 }] });
  expect((await calls()).filter((hash) => hash === bad)).toHaveLength(3);
  expect(await run('--handler', handler, '--max-attempts', '3')).toMatchObject({
    result: { failures: 0, exhausted: [{ attempts: 3 }] },
  });
  const text = (await retryLines()).join('\n');
  expect(text).toContain('token=REDACTED');
  expect(text).not.toContain('geheim');
});

test('a handler that throws fails its batch only for now', async () => {
  const handler = await writeHandler(`globalThis.thrown ??= 0; if (globalThis.thrown++ === 0) throw new Error('restarting');`);
  const { code, result } = await run('--handler', handler, '--batch-size', '4');
  expect(code).toBe(0);
  expect(result).toMatchObject({ succeeded: failed.length, failures: 4, exhausted: [] });
});

test('an interrupt ends the run after the batch, and the next run does the rest', async () => {
  const handler = await writeHandler(
    `process.kill(process.pid, 'SIGINT'); await new Promise((done) => signal.addEventListener('abort', done));`,
  );
  const { code, result } = await run('--handler', handler, '--batch-size', '3');
  expect(code).toBe(1);
  expect(result).toMatchObject({ succeeded: 3, interrupted: true });
  const rest = await run('--handler', await writeHandler(''));
  expect(rest.result).toMatchObject({ succeeded: failed.length - 3 });
  expect(await calls()).toEqual(failed);
});

test('two runs at once never do the same text twice', async () => {
  const handler = await writeHandler('await new Promise((done) => setTimeout(done, 50));');
  const cli = new URL('../../src/cli.ts', import.meta.url).href;
  const start = (name: string): Promise<number | null> => {
    const args = [
      COMMAND,
      '--handler',
      handler,
      '--batch-size',
      '2',
      '--data',
      join(data.folder, 'otlp'),
      '--store',
      join(data.folder, name),
    ];
    const script = `const { main } = await import(${JSON.stringify(cli)}); process.exitCode = await main(${JSON.stringify(args)});`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    return new Promise((done) => child.once('exit', done));
  };
  const codes = await Promise.all([start('one.duckdb'), start('two.duckdb'), start('three.duckdb')]);
  expect(codes).toContain(0);
  expect(await calls()).toEqual(failed);
});

test('bad handlers are told apart', async () => {
  expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining('--handler') as string });
  expect(await run('--handler', './missing.js')).toMatchObject({ code: 2, err: expect.stringContaining('missing.js') as string });
  await mkdir(join(data.folder, 'modules'));
  const empty = join(data.folder, 'modules', 'empty.mjs');
  await writeFile(empty, 'export const answer = 42;');
  expect(await run('--handler', empty)).toMatchObject({ code: 2, err: expect.stringContaining('exports no function') as string });
});
