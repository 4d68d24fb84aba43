import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openIngested, openStore } from '../../src/store/open.ts';
import { TABLES, type Row } from '../../src/store/tables.ts';
import { hex, logLine, metricLine, otlpSpan, traceLine } from '../otlp/samples.ts';

const TYPES = {
  string: 'VARCHAR',
  int: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  'string[]': 'VARCHAR[]',
  'double[]': 'DOUBLE[]',
  json: 'VARCHAR',
} as const;
const IDS: Readonly<Record<string, string>> = {
  trace: 'UUID',
  span: 'UBIGINT',
  parent: 'UBIGINT',
  url_key: 'UBIGINT',
  content_key: 'UBIGINT',
};
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crawlscope-tables-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function load(...lines: string[]) {
  await writeFile(join(folder, 'otlp.jsonl'), lines.map((line) => `${line}\n`).join(''));
  return openIngested({ data: folder, store: ':memory:' });
}

test('every table of the contract has its columns and types, and behind them only ids for the dialect', async () => {
  const store = await openStore({ store: ':memory:' });
  for (const [table, columns] of Object.entries(TABLES)) {
    const found = await store.query<{ column_name: string; column_type: string }>(`DESCRIBE ${table}`);
    const expected = Object.entries(columns).map(([name, type]) => [name, TYPES[type]]);
    const described = found.map((row) => [row.column_name, row.column_type]);
    expect(described.slice(0, expected.length)).toEqual(expected);
    for (const [name, type] of described.slice(expected.length)) expect([name, type]).toEqual([name, IDS[name ?? '']]);
  }
  await store.close();
});

const attempt = (trace: number, retry: number, error: boolean): object =>
  otlpSpan({ traceId: hex(trace, 32), spanId: hex(retry + 1, 16), error, attributes: { 'crawl.retry.count': retry } });

test('the outcome of an attempt tells a failure that was tried again from a final one', async () => {
  const scheduled = otlpSpan({
    traceId: hex(3, 32),
    spanId: hex(9, 16),
    name: 'crawl.fetch',
    error: true,
    events: [{ name: 'exception', attributes: { 'crawl.retry.scheduled': true } }],
    attributes: { 'crawl.retry.count': 0 },
  });
  const store = await load(
    traceLine(
      attempt(1, 0, true),
      attempt(1, 1, true),
      attempt(1, 2, false),
      attempt(2, 0, true),
      attempt(3, 0, true),
      scheduled,
    ),
  );
  const rows = await store.query<{ trace_id: string; outcome: string }>(
    'SELECT trace_id, outcome FROM pages ORDER BY trace_id, retry',
  );
  expect(rows.map((row) => [Number(row.trace_id), row.outcome])).toEqual([
    [1, 'retried'],
    [1, 'retried'],
    [1, 'ok'],
    [2, 'failed'],
    [3, 'retried'],
  ]);
  await store.close();
});

test('a page keeps its values, with their types', async () => {
  const store = await load(
    traceLine(
      otlpSpan({
        spanId: hex(1, 16),
        attributes: {
          'url.full': 'https://e.org/a\u0000b',
          'crawl.page.tags': ['a,"b', 'ü\uD800'],
          'crawl.page.score': 0.25,
          'crawl.threshold.passed': false,
          'crawl.sampling.weight': 10,
        },
        links: [
          { traceId: 'c'.repeat(32), type: 'run' },
          { traceId: 'd'.repeat(32), type: 'discovered_by' },
        ],
      }),
      otlpSpan({ spanId: hex(2, 16), traceState: 'x=y,ot=rv:1;th:c' }),
    ),
  );
  const [page, sampled] = await store.query<Row<'pages'>>('SELECT * FROM pages ORDER BY span_id');
  expect(page).toMatchObject({
    url: 'https://e.org/a\uFFFDb',
    domain: 'e.org',
    retry: 0,
    service: 'crawler',
    duration_ms: 1.5,
    tags: ['a,"b', 'ü\uFFFD'],
    score: 0.25,
    threshold_passed: false,
    weight: 10,
    discovered_by_trace_id: 'd'.repeat(32),
  });
  expect(sampled).toMatchObject({ weight: 4, tags: null, threshold_passed: null });
  const [span] = await store.query<{ tag: string }>(
    `SELECT json_extract_string(attributes, '$."crawl.page.tags"[1]') AS tag FROM spans ORDER BY span_id`,
  );
  expect(span).toEqual({ tag: 'ü\uFFFD' });
  await store.close();
});

test('an exception event is one failure, what it lacks taken from its span', async () => {
  const store = await load(
    traceLine(
      otlpSpan({
        spanId: hex(1, 16),
        name: 'crawl.fetch',
        error: true,
        attributes: {
          'url.full': 'https://e.org/',
          'error.type': 'http_5xx',
          'http.response.status_code': 503,
          'user_agent.original': 'bot',
        },
        events: [
          { name: 'exception', attributes: { 'exception.type': 'HttpError', 'exception.message': 'no', 'crawl.retry.count': 2 } },
        ],
      }),
    ),
  );
  expect(await store.query('SELECT * FROM failures')).toMatchObject([
    {
      stage: 'fetch',
      error_type: 'http_5xx',
      exception_type: 'HttpError',
      message: 'no',
      retry: 2,
      http_status: 503,
      user_agent: 'bot',
      retry_scheduled: null,
    },
  ]);
  expect(await store.query('SELECT stage, http_status, error_type FROM stages')).toEqual([
    { stage: 'fetch', http_status: 503, error_type: 'http_5xx' },
  ]);
  await store.close();
});

test('labels are read from event names in the field and in the attribute', async () => {
  const label = {
    'url.full': 'https://e.org/',
    'crawl.label.verdict': 'false_positive',
    'crawl.label.corrected_tags': ['x', 'y'],
  };
  const store = await load(
    logLine('crawl.label', { ...label, 'crawl.label.trace_id': 'f'.repeat(32) }),
    logLine('crawl.label', label, { asAttribute: true, timeNs: 1_763_884_900_000_000_000n }),
    logLine('other', {}),
  );
  const rows = await store.query('SELECT verdict, corrected_tags, trace_id FROM labels ORDER BY time_us');
  expect(rows).toEqual([
    { verdict: 'false_positive', corrected_tags: ['x', 'y'], trace_id: 'f'.repeat(32) },
    { verdict: 'false_positive', corrected_tags: ['x', 'y'], trace_id: null },
  ]);
  await store.close();
});

test('metrics, runs and streamed results', async () => {
  const run = otlpSpan({
    spanId: hex(1, 16),
    name: 'crawl.run',
    attributes: { 'crawl.run.id': 'r', 'crawl.random_seed': 42, 'crawl.threshold.value': 0.5 },
  });
  const store = await load(metricLine(5), traceLine(run));
  expect(await store.query(`SELECT value, bounds, buckets, count, instance FROM metrics ORDER BY name`)).toEqual([
    { value: null, bounds: [0.5], buckets: [2, 1], count: 3, instance: null },
    { value: 5, bounds: [], buckets: [], count: null, instance: null },
  ]);
  expect(
    await store.query('SELECT run_id, random_seed, threshold FROM runs WHERE random_seed = $seed', { seed: 42, unused: 'x' }),
  ).toEqual([{ run_id: 'r', random_seed: 42, threshold: 0.5 }]);
  let rows = 0;
  for await (const chunk of store.stream<{ i: number }>('SELECT range AS i FROM range(5000)')) rows += chunk.length;
  expect(rows).toBe(5000);
  await store.close();
});
