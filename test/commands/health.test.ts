import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Truth } from '../fixtures/generate/generate.ts';
import { BAD_TIME, GOOD_TIME, makeData, runCli } from '../monitor/run-cli.ts';
import { startReceiver } from '../monitor/receiver.ts';

interface Checked {
  readonly status: string;
  readonly checks: {
    id: string;
    status: string;
    value: number | null;
    why: string;
    action: string;
    traces: { note: string }[];
  }[];
}

let data: Awaited<ReturnType<typeof makeData>>;
let config: string;
const inFolder = (name: string) => join(data.folder, name);
beforeAll(async () => {
  data = await makeData();
  config = inFolder('crawlscope.config.json');
});
afterAll(() => data.remove());
beforeEach(async () => {
  await rm(inFolder('monitor-state.json'), { force: true });
  // One failure in twenty is what the generator makes on a quiet day.
  await writeFile(config, JSON.stringify({ health: { limits: { error_rate: 0.15, disk_left: 0 } } }));
});

async function health(now: string, ...more: string[]) {
  const { code, out, err } = await runCli('health', ...data.options, '--config', config, '--now', now, '--json', ...more);
  return { code, err, result: (out.startsWith('{') ? JSON.parse(out) : null) as Checked };
}
const checkOf = (result: Checked, id: string) => result.checks.find((check) => check.id === id);

/** Golden pages from what was written: the category of the last classified visit, wrong for the first `wrong` of them. */
async function writeGolden(wrong: number, unseen = 0) {
  const latest = new Map(data.truth.filter(isClassified).map(({ visit }) => [visit.url, visit.category]));
  const seen = [...latest]
    .slice(0, 20)
    .map(([url, category], index) => ({ url, category: index < wrong ? `not ${category}` : category }));
  const missing = Array.from({ length: unseen }, (_, index) => ({
    url: `https://herald.example/never/${index}`,
    category: 'science',
  }));
  const file = inFolder('golden.jsonl');
  await writeFile(file, [...seen, ...missing].map((page) => `${JSON.stringify(page)}\n`).join(''));
  return file;
}
const isClassified = ({ outcome }: Truth) => outcome === 'ok';

describe('health', () => {
  test('passes with exit 0 when every check does, and says the value of each', async () => {
    const { code, result } = await health(GOOD_TIME, '--golden', await writeGolden(2), '--no-notify');
    expect([code, result.status]).toEqual([0, 'PASS']);
    expect(result.checks.map((check) => check.id)).toEqual([
      'accuracy',
      'memory',
      'error_rate',
      'telemetry_age',
      'telemetry_dropped',
      'retry_queue',
      'disk_left',
    ]);
    expect(checkOf(result, 'accuracy')?.value).toBe(0.9);
    for (const check of result.checks) expect(check.value).toBeTypeOf('number');
  });

  test('fails with exit 1 on a bad day, with causes, an action and example traces', async () => {
    const { code, result } = await health(BAD_TIME, '--skip', 'accuracy', '--no-notify');
    expect([code, result.status]).toEqual([1, 'FAIL']);
    expect(checkOf(result, 'error_rate')).toMatchObject({
      status: 'FAIL',
      why: expect.stringContaining('timeout on'),
      traces: [{ note: 'timeout' }, {}, {}],
    });
    expect(checkOf(result, 'error_rate')?.action).not.toBe('');
  });

  test('without data knows nothing and exits 2: missing data is never a pass', async () => {
    const { code, result } = await health('2026-11-01T00:00:00Z', '--skip', 'disk_left', '--no-notify');
    expect([code, result.status]).toEqual([2, 'UNKNOWN']);
    expect(result.checks.map((check) => check.status)).toEqual(result.checks.map(() => 'UNKNOWN'));
  });

  test('without a golden set does not claim accuracy', async () => {
    const { code, result } = await health(GOOD_TIME, '--no-notify');
    expect([code, result.status, checkOf(result, 'accuracy')?.status]).toEqual([2, 'UNKNOWN', 'UNKNOWN']);
  });

  test('takes the golden set from the configuration, its path counted from there', async () => {
    await writeGolden(2);
    await writeFile(config, JSON.stringify({ health: { golden: 'golden.jsonl', limits: { accuracy: 0.95 } } }));
    const { result } = await health(GOOD_TIME, '--no-notify');
    expect(checkOf(result, 'accuracy')).toMatchObject({ status: 'FAIL', value: 0.9, limit: 0.95 });
  });

  test('says what the crawl makes of the golden pages', async () => {
    const { code, result } = await health(GOOD_TIME, '--golden', await writeGolden(3), '--no-notify');
    expect(code).toBe(1);
    expect(checkOf(result, 'accuracy')).toMatchObject({
      status: 'FAIL',
      value: 0.85,
      traces: [{ note: expect.stringContaining('instead of not ') }, {}, {}],
    });
  });

  test('leaves the result open where pages that were never crawled could decide it', async () => {
    const open = await health(GOOD_TIME, '--golden', await writeGolden(0, 5), '--no-notify');
    expect(checkOf(open.result, 'accuracy')).toMatchObject({
      status: 'UNKNOWN',
      value: 1,
      why: expect.stringContaining('5 have no category'),
    });
    const lost = await health(GOOD_TIME, '--golden', await writeGolden(5, 5), '--no-notify');
    expect(checkOf(lost.result, 'accuracy')?.status).toBe('FAIL');
  });

  test('asks the classifier of the user, whose errors are missing data', async () => {
    await writeFile(inFolder('classify.mjs'), 'export const classify = async (page) => ({ category: page.category });');
    const right = await health(
      GOOD_TIME,
      '--golden',
      await writeGolden(0, 5),
      '--classifier',
      inFolder('classify.mjs'),
      '--no-notify',
    );
    expect(checkOf(right.result, 'accuracy')).toMatchObject({ status: 'PASS', value: 1 });
    await writeFile(inFolder('broken.mjs'), 'export default () => { throw new Error("no model file"); };');
    const broken = await health(
      GOOD_TIME,
      '--golden',
      await writeGolden(0),
      '--classifier',
      inFolder('broken.mjs'),
      '--no-notify',
    );
    expect(checkOf(broken.result, 'accuracy')).toMatchObject({
      status: 'UNKNOWN',
      value: null,
      why: expect.stringContaining('no model file'),
    });
  });

  test.each([
    ['[]', /holds no pages/],
    ['{"url":"https://a.example/","category":"x"}\n{"url":', /line 2 of .*golden\.jsonl/],
    ['[{"url":"no url","category":"x"}]', /entry 1 of .*no url/],
  ])('refuses the golden set %s', async (text, message) => {
    await writeFile(inFolder('golden.jsonl'), text);
    const { code, err } = await health(GOOD_TIME, '--golden', inFolder('golden.jsonl'));
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  test('refuses unknown checks, in the options and in the configuration', async () => {
    expect(await health(GOOD_TIME, '--skip', 'mood')).toMatchObject({
      code: 2,
      err: expect.stringContaining('accuracy, memory'),
    });
    await writeFile(config, '{"health":{"limits":{"mood":1}}}');
    expect(await health(GOOD_TIME)).toMatchObject({ code: 2, err: expect.stringContaining('no health check "mood"') });
  });

  test('prints JUnit XML for CI', async () => {
    const { code, out } = await runCli(
      'health',
      ...data.options,
      '--config',
      config,
      '--now',
      BAD_TIME,
      '--junit',
      '--no-notify',
    );
    expect(code).toBe(1);
    expect(XMLValidator.validate(out)).toBe(true);
    const suite = new XMLParser({ ignoreAttributes: false }).parse(out).testsuites.testsuite;
    expect(suite).toMatchObject({ '@_tests': '7', '@_failures': '1', '@_errors': '1' });
    expect(suite.testcase.map((each: Record<string, unknown>) => [each['@_name'], Object.keys(each)[0]])).toContainEqual([
      'error_rate',
      'failure',
    ]);
  });
});

test('a failure is told once, its end once, and both are in the history', async () => {
  const { url, received, close } = await startReceiver(200);
  const settings = { health: { limits: { error_rate: 0.15, disk_left: 0 } }, notify: [{ type: 'webhook', url }] };
  await writeFile(config, JSON.stringify(settings));
  const skip = ['--skip', 'accuracy'];
  const codes = [];
  for (const now of [BAD_TIME, BAD_TIME, GOOD_TIME, GOOD_TIME]) codes.push((await health(now, ...skip)).code);
  await close();
  expect(codes).toEqual([1, 1, 0, 0]);
  expect(received.map((request) => (request.body as { status: string }).status)).toEqual(['firing', 'resolved']);
  expect(JSON.stringify(received[0]?.body)).toMatch(/Error rate of the last 24 hours: .*[0-9a-f]{32} {2}timeout/);
  const record = (await readFile(inFolder('otlp/health.jsonl'), 'utf8')).split('\n')[0] ?? '';
  expect(JSON.parse(record).resourceLogs[0].scopeLogs[0].logRecords[0]).toMatchObject({
    eventName: 'crawl.health',
    severityNumber: 17,
  });
  const { out } = await runCli('health', 'history', ...data.options, '--now', GOOD_TIME, '--json');
  const history = (JSON.parse(out) as { checks: { status: string; checks: Record<string, unknown> }[] }).checks;
  expect(history.map((entry) => entry.status)).toEqual(['PASS', 'PASS', 'FAIL', 'FAIL']);
  expect(history[3]?.checks['error_rate']).toMatchObject({ status: 'FAIL', limit: 0.15 });
  expect((await runCli('health', 'history', ...data.options, '--now', GOOD_TIME)).out).toMatch(/2026-11-22T02:50 .*FAIL/);
});
