import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openChannels } from '../../src/monitor/channels.ts';
import type { AlertMessage } from '../../src/monitor/message.ts';
import { deliver } from '../../src/monitor/notify.ts';
import { alertMessage } from '../monitor/alert-message.ts';
import { startReceiver } from '../monitor/receiver.ts';

const WAIT = { timeout: 60_000, interval: 200 };
let folder: string;
let alertmanager: ChildProcess;
let url: string;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crawlscope-'));
  receiver = await startReceiver(200);
  const route = { receiver: 'hook', group_by: ['alertname'], group_wait: '0s', group_interval: '1s', repeat_interval: '1h' };
  const receivers = [{ name: 'hook', webhook_configs: [{ url: receiver.url, send_resolved: true }] }];
  await writeFile(join(folder, 'alertmanager.yml'), JSON.stringify({ route, receivers }));
  url = `http://127.0.0.1:${await freePort()}`;
  const flags = [
    '--config.file=alertmanager.yml',
    '--storage.path=storage',
    `--web.listen-address=${url.slice(7)}`,
    '--cluster.listen-address=',
  ];
  alertmanager = spawn('prometheus-alertmanager', flags, { cwd: folder, stdio: 'ignore' });
  await vi.waitFor(async () => expect((await fetch(`${url}/-/ready`)).ok).toBe(true), WAIT);
});

afterAll(async () => {
  alertmanager.kill('SIGKILL');
  await receiver.close();
  await rm(folder, { recursive: true, force: true });
});

async function send(...messages: AlertMessage[]) {
  const [channel] = openChannels([{ type: 'alertmanager', url: `${url}/` }]);
  return channel && deliver(channel, messages);
}

async function alerts(): Promise<{ labels: object; annotations: Record<string, string>; status: { state: string } }[]> {
  return (await (await fetch(`${url}/api/v2/alerts`)).json()) as Awaited<ReturnType<typeof alerts>>;
}

test('Alertmanager holds one alert however often it is sent, with the newest values, and hears its end', async () => {
  const nowUs = Date.now() * 1000;
  const firing = alertMessage({ sinceUs: nowUs - 600e6, atUs: nowUs });
  expect(await send(firing)).toMatchObject({ delivered: true });
  expect(await send({ ...firing, summary: 'error_rate is 0.31; the limit is 0.1' })).toMatchObject({ delivered: true });
  const held = await vi.waitFor(async () => {
    const found = await alerts();
    expect(found[0]?.annotations['summary']).toContain('0.31');
    return found;
  }, WAIT);
  expect(held).toHaveLength(1);
  expect(held[0]?.labels).toEqual({ alertname: 'CrawlErrorRate', rule: 'error_rate', service: 'crawlscope', severity: 'page' });
  expect(held[0]?.annotations['traces']).toContain('a'.repeat(32));
  await vi.waitFor(
    () => expect(receiver.received.map((got) => (got.body as { status: string }).status)).toContain('firing'),
    WAIT,
  );
  expect(await send({ ...firing, status: 'resolved', atUs: Date.now() * 1000 })).toMatchObject({ delivered: true });
  await vi.waitFor(async () => expect(await alerts()).toEqual([]), WAIT);
  await vi.waitFor(
    () => expect(receiver.received.map((got) => (got.body as { status: string }).status)).toContain('resolved'),
    WAIT,
  );
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
