import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BAD_TIME, GOOD_TIME, makeData, runCli } from '../monitor/run-cli.ts';
import { startReceiver } from '../monitor/receiver.ts';

interface Checked {
  readonly rules: {
    id: string;
    status: string;
    changed: string | null;
    value: number | null;
    traces: object[];
    evidence: string;
  }[];
  readonly deliveries: { channel: string; delivered: boolean }[];
}

let data: Awaited<ReturnType<typeof makeData>>;
let config: string;
beforeAll(async () => {
  data = await makeData();
  config = join(data.folder, 'crawlscope.config.json');
});
afterAll(() => data.remove());
beforeEach(() => rm(join(data.folder, 'monitor-state.json'), { force: true }));

const check = (now: string, ...more: string[]) =>
  runCli('alerts', 'check', ...data.options, '--config', config, '--now', now, '--json', ...more);
const errorRateOf = ({ out }: { out: string }) => (JSON.parse(out) as Checked).rules.find((rule) => rule.id === 'error_rate');
const writeConfig = (settings: object) => writeFile(config, JSON.stringify(settings));

describe('alerts check', () => {
  test('tells a receiver once that an alert fires, and once that it is over', async () => {
    const { url, received, close } = await startReceiver(200);
    await writeConfig({ notify: [{ type: 'webhook', url }] });
    const bad = await check(BAD_TIME);
    expect(bad.code).toBe(1);
    expect(errorRateOf(bad)).toMatchObject({
      status: 'firing',
      changed: 'fired',
      evidence: expect.stringContaining('timeout on'),
    });
    expect(errorRateOf(bad)?.traces.length).toBeGreaterThan(0);
    expect(received).toHaveLength(1);
    const again = await check(BAD_TIME);
    expect(again.code).toBe(1);
    expect(errorRateOf(again)).toMatchObject({ status: 'firing', changed: null });
    expect(received).toHaveLength(1);
    const good = await check(GOOD_TIME);
    expect(good.code).toBe(0);
    expect(errorRateOf(good)).toMatchObject({ status: 'ok', changed: 'resolved' });
    expect(await check(GOOD_TIME)).toMatchObject({ code: 0 });
    await close();
    expect(received.map((request) => (request.body as { status: string }).status)).toEqual(['firing', 'resolved']);
  });

  test('sends one message also when several checks run at once', async () => {
    const { url, received, close } = await startReceiver(200);
    await writeConfig({ notify: [{ type: 'webhook', url }] });
    await Promise.all([check(BAD_TIME), check(BAD_TIME), check(BAD_TIME)]);
    await close();
    expect(received).toHaveLength(1);
  });

  test('tries a message again that a receiver did not take', async () => {
    const { url, received, close } = await startReceiver(400, 200);
    await writeConfig({ notify: [{ type: 'webhook', url }] });
    const first = await check(BAD_TIME);
    expect((JSON.parse(first.out) as Checked).deliveries).toMatchObject([{ channel: 'webhook-1', delivered: false }]);
    const second = await check(BAD_TIME);
    expect((JSON.parse(second.out) as Checked).deliveries).toMatchObject([{ channel: 'webhook-1', delivered: true }]);
    await close();
    expect(received).toHaveLength(2);
  });

  test('with --no-notify sends nothing and keeps no state', async () => {
    const { url, received, close } = await startReceiver(200);
    await writeConfig({ notify: [{ type: 'webhook', url }] });
    expect(errorRateOf(await check(BAD_TIME, '--no-notify'))).toMatchObject({ changed: 'fired' });
    expect(errorRateOf(await check(BAD_TIME, '--no-notify'))).toMatchObject({ changed: 'fired' });
    await close();
    expect(received).toHaveLength(0);
  });

  test('without telemetry in the window knows nothing: neither firing nor ok', async () => {
    await writeConfig({});
    const { code, out } = await check('2026-12-24T12:00:00Z');
    expect(code).toBe(0);
    expect((JSON.parse(out) as Checked).rules.map((rule) => [rule.status, rule.value])).toEqual(
      Array.from({ length: 6 }, () => ['unknown', null]),
    );
  });

  test('uses the limits of the configuration', async () => {
    await writeConfig({ alerts: { error_rate: 0.95, memory_mb: { limit: 300, recovery: 290 }, cpu_percent: false } });
    const { rules } = JSON.parse((await check(BAD_TIME)).out) as Checked;
    expect(rules.map((rule) => [rule.id, rule.status])).toContainEqual(['memory_mb', 'firing']);
    expect(rules.map((rule) => [rule.id, rule.status])).toContainEqual(['error_rate', 'ok']);
    expect(rules.map((rule) => rule.id)).not.toContain('cpu_percent');
  });

  test('for people names the rule, the value and example traces', async () => {
    await writeConfig({});
    const { out, code } = await runCli('alerts', 'check', ...data.options, '--config', config, '--now', BAD_TIME);
    expect(code).toBe(1);
    expect(out).toMatch(/FIRING {3}error_rate > 0\.1 +now 0\.\d+\./);
    expect(out).toMatch(/[0-9a-f]{32} {2}timeout {2}https:\/\//);
  });

  test.each([
    ['not json', /cannot load .*crawlscope\.config\.json/],
    ['[]', /holds no configuration object/],
    ['{"alerts":{"errors":1}}', /no alert rule "errors"/],
    ['{"notify":[{"type":"slack","url":{"env":"CRAWLSCOPE_TEST_UNSET"}}]}', /CRAWLSCOPE_TEST_UNSET/],
  ])('refuses the configuration %s', async (text, message) => {
    await writeFile(config, text);
    const { code, err } = await check(BAD_TIME);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  test('refuses a broken state file instead of repeating alerts', async () => {
    await writeConfig({});
    await writeFile(join(data.folder, 'monitor-state.json'), '{"rules":');
    expect(await check(BAD_TIME)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/monitor-state\.json[\s\S]*Delete the file/),
    });
  });
});

test('alerts list shows the rules in force and the state of the last check', async () => {
  await writeConfig({ alerts: { memory_mb: 2048 } });
  await check(BAD_TIME);
  const { code, out } = await runCli('alerts', 'list', ...data.options, '--config', config);
  expect(code).toBe(0);
  expect(out).toMatch(/memory_mb > 2048 .*ok since/);
  expect(out).toMatch(/error_rate > 0\.1 .*firing since/);
});

describe('alerts test', () => {
  test('sends an alert and its end to the named receiver', async () => {
    const { url, received, close } = await startReceiver(200);
    await writeConfig({
      notify: [
        { type: 'webhook', url, name: 'one' },
        { type: 'slack', url: 'http://127.0.0.1:9/', name: 'two' },
      ],
    });
    expect(await runCli('alerts', 'test', 'one', '--config', config)).toMatchObject({ code: 0, out: 'ok      one\n' });
    await close();
    expect(received.map((request) => (request.body as { status: string }).status)).toEqual(['firing', 'resolved']);
    expect(await runCli('alerts', 'test', 'three', '--config', config)).toMatchObject({
      code: 2,
      err: expect.stringContaining('one, two'),
    });
  });

  test('without receivers says where to add one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'crawlscope-'));
    await writeFile(join(folder, 'empty.json'), '{}');
    expect(await runCli('alerts', 'test', '--config', join(folder, 'empty.json'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('notify'),
    });
    await rm(folder, { recursive: true });
  });
});
