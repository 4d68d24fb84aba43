import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ChannelSettings } from '../../src/alert-config.ts';
import { openChannels } from '../../src/monitor/channels.ts';
import { deliver } from '../../src/monitor/notify.ts';
import { alertMessage } from './alert-message.ts';
import { startReceiver } from './receiver.ts';

const LIMITS = { attempts: 3, timeoutMs: 5000, waitMs: 1 };
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function receiver(...statuses: number[]) {
  const started = await startReceiver(...statuses);
  cleanups.push(started.close);
  return started;
}

function open(settings: ChannelSettings, env: NodeJS.ProcessEnv = {}) {
  const [channel] = openChannels([settings], env);
  if (channel === undefined) throw new Error('no channel');
  return channel;
}

describe('a webhook', () => {
  test('gets the version 4 payload with evidence and example traces', async () => {
    const { url, received } = await receiver(200);
    const channel = open({ type: 'webhook', url, authorization: { env: 'TOKEN' } }, { TOKEN: 'Bearer s3cret' });
    expect(await deliver(channel, [alertMessage(), alertMessage({ id: 'memory_mb', status: 'resolved' })], LIMITS)).toMatchObject(
      { delivered: true },
    );
    expect(received).toHaveLength(1);
    expect(received[0]?.authorization).toBe('Bearer s3cret');
    expect(received[0]?.body).toMatchObject({
      version: '4',
      status: 'firing',
      receiver: 'webhook-1',
      commonLabels: { service: 'crawlscope', severity: 'page' },
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'CrawlErrorRate', rule: 'error_rate' },
          annotations: { description: expect.stringContaining('24 of 100'), traces: expect.stringContaining('a'.repeat(32)) },
          startsAt: '2026-11-23T09:00:00.000Z',
          endsAt: '0001-01-01T00:00:00Z',
        },
        { status: 'resolved', endsAt: '2026-11-23T09:10:00.000Z' },
      ],
    });
  });

  test('that is down for a moment is tried again', async () => {
    const { url, received } = await receiver(503, 429, 200);
    expect(await deliver(open({ type: 'webhook', url }), [alertMessage()], LIMITS)).toMatchObject({ delivered: true });
    expect(received).toHaveLength(3);
  });

  test('that refuses the message is not asked twice', async () => {
    const { url, received } = await receiver(400);
    const delivery = await deliver(open({ type: 'webhook', url }), [alertMessage()], LIMITS);
    expect(delivery).toMatchObject({ delivered: false, error: expect.stringContaining('answered 400') });
    expect(received).toHaveLength(1);
  });

  test('that never answers is given up', async () => {
    const { url } = await receiver(0);
    const delivery = await deliver(open({ type: 'webhook', url }), [alertMessage()], { ...LIMITS, attempts: 1, timeoutMs: 200 });
    expect(delivery).toMatchObject({ delivered: false, error: expect.stringMatching(/timeout/i) });
  });

  test('that redirects gets neither message nor token at the new place', async () => {
    const { url, received } = await receiver(302, 200);
    expect(await deliver(open({ type: 'webhook', url }), [alertMessage()], { ...LIMITS, attempts: 1 })).toMatchObject({
      delivered: false,
    });
    expect(received.map((request) => request.path)).toEqual(['/']);
  });

  test('keeps its secret address and token out of the error', async () => {
    const { url, close } = await startReceiver(200);
    await close();
    const env = { HOOK: `${url}/T000/s3cret-path`, TOKEN: 'Bearer s3cret-token' };
    const channel = open({ type: 'webhook', url: { env: 'HOOK' }, authorization: { env: 'TOKEN' } }, env);
    const delivery = await deliver(channel, [alertMessage()], LIMITS);
    expect(delivery.error).toMatch(/ECONNREFUSED/);
    expect(delivery.error).not.toMatch(/s3cret/);
  });

  test('keeps a secret address out of the error even when it is no address', async () => {
    const delivery = await deliver(
      open({ type: 'webhook', url: { env: 'HOOK' } }, { HOOK: 's3cret not a url' }),
      [alertMessage()],
      LIMITS,
    );
    expect(delivery.delivered).toBe(false);
    expect(delivery.error).not.toMatch(/s3cret/);
  });
});

describe('a command', () => {
  test('gets the payload on its standard input, no shell in between', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'crawlscope-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    const file = join(folder, 'message; touch x.json');
    const script = 'process.stdin.pipe(require("node:fs").createWriteStream(process.argv[1]))';
    const channel = open({ type: 'command', command: [process.execPath, '-e', script, file] });
    expect(await deliver(channel, [alertMessage()], LIMITS)).toMatchObject({ delivered: true });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ version: '4', alerts: [{ status: 'firing' }] });
  });

  test('that fails says why, and one that does not exist is named', async () => {
    const failing = open({ type: 'command', command: [process.execPath, '-e', 'console.error("no network"); process.exit(3)'] });
    expect(await deliver(failing, [alertMessage()], LIMITS)).toMatchObject({
      delivered: false,
      error: expect.stringMatching(/ended with 3: no network/),
    });
    const missing = open({ type: 'command', command: ['/nowhere/notify'] });
    expect(await deliver(missing, [alertMessage()], LIMITS)).toMatchObject({
      delivered: false,
      error: expect.stringContaining('ENOENT'),
    });
  });
});

describe('settings', () => {
  test('give every channel a name of its own', () => {
    const twins: ChannelSettings[] = [
      { type: 'webhook', url: 'http://127.0.0.1:1/', name: 'hook' },
      { type: 'slack', url: 'http://127.0.0.1:1/', name: 'hook' },
    ];
    expect(() => openChannels(twins)).toThrow('called "hook"');
  });

  test.each([
    [{ type: 'slack', url: { env: 'SLACK_URL' } }, /SLACK_URL of notify\[0\].url is not set/],
    [{ type: 'webhook' }, /notify\[0\].url is missing/],
    [{ type: 'pager', url: 'x' }, /type is "pager"/],
    [{ type: 'command', command: 'notify.sh' }, /command-1 is "notify.sh"/],
  ])('%j are refused', (settings, message) => {
    expect(() => open(settings as unknown as ChannelSettings)).toThrow(message);
  });
});
