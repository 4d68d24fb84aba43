import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
import { openChannels } from '../../src/monitor/channels.ts';
import { deliver } from '../../src/monitor/notify.ts';
import { alertMessage } from './alert-message.ts';

const LIMITS = { attempts: 2, timeoutMs: 10_000, waitMs: 1 };
let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

async function startMailServer(options: SMTPServerOptions) {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      void text(stream)
        .then((mail) => mails.push(mail))
        .finally(done);
    },
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => new Promise((resolve) => server.close(() => resolve()));
  return { mails, port: (server.server.address() as AddressInfo).port };
}

function mailChannel(smtp: string) {
  const settings = {
    type: 'email',
    smtp: { env: 'SMTP_URL' },
    from: 'crawl@example.org',
    to: ['a@example.org', 'b@example.org'],
  } as const;
  const [channel] = openChannels([settings], { SMTP_URL: smtp });
  if (channel === undefined) throw new Error('no channel');
  return channel;
}

test('a mail carries the evidence and the example traces, and a title cannot add headers', async () => {
  const { mails, port } = await startMailServer({});
  const message = alertMessage({ title: 'Too many pages fail\r\nBcc: evil@example.org' });
  expect(await deliver(mailChannel(`smtp://127.0.0.1:${port}`), [message], LIMITS)).toMatchObject({ delivered: true });
  expect(mails).toHaveLength(1);
  expect(mails[0]).toContain('To: a@example.org, b@example.org');
  expect(mails[0]).toContain('24 of 100 pages failed');
  expect(mails[0]).toContain('a'.repeat(32));
  expect(mails[0]).not.toMatch(/^Bcc:/m);
  expect(mails[0]).not.toContain('\u001B');
});

test('a wrong password is reported without the password', async () => {
  const { port } = await startMailServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: (auth, _session, done) => done(new Error(`535 no such login ${auth.password}`)),
  });
  const delivery = await deliver(mailChannel(`smtp://crawler:s3cret%21@127.0.0.1:${port}`), [alertMessage()], LIMITS);
  expect(delivery).toMatchObject({ delivered: false, error: expect.stringContaining('no such login') });
  expect(delivery.error).not.toContain('s3cret');
});

test('a mail server that is away for the first try gets the mail with the second', async () => {
  let tries = 0;
  const { mails, port } = await startMailServer({
    onMailFrom: (_address, _session, done) => {
      tries += 1;
      done(tries === 1 ? Object.assign(new Error('try again later'), { responseCode: 451 }) : null);
    },
  });
  expect(await deliver(mailChannel(`smtp://127.0.0.1:${port}`), [alertMessage()], LIMITS)).toMatchObject({ delivered: true });
  expect(mails).toHaveLength(1);
  expect(tries).toBe(2);
});
