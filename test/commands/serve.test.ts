import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GOOD_TIME, makeData, runCli } from '../monitor/run-cli.ts';
import { HOSTILE_TRACE, startServe, writeHostilePage } from '../monitor/web.ts';

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

let data: Awaited<ReturnType<typeof makeData>>;
let server: Awaited<ReturnType<typeof startServe>>;
let cookie: string;

beforeAll(async () => {
  data = await makeData();
  await writeHostilePage(join(data.folder, 'otlp'), GOOD_TIME);
  server = await startServe(...data.options, '--now', GOOD_TIME, '--from', '2026-11-17', '--to', '2026-11-24');
  const { headers } = await ask(server.url.slice(server.origin.length), { cookie: '' });
  cookie = String(headers['set-cookie']).split(';')[0] ?? '';
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await data.remove();
});

/** `fetch` may not set every header an attacker's client or a browser can. */
function ask(path: string, headers: Record<string, string> = {}, form?: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const type = form && { 'content-type': 'application/x-www-form-urlencoded' };
    const options = { method: form ? 'POST' : 'GET', headers: { cookie, ...type, ...headers } };
    const sent = request(`${server.origin}${path}`, options, (response) => {
      const { statusCode: status = 0, headers: received } = response;
      text(response).then((body) => resolve({ status, headers: received, body }), reject);
    });
    sent.on('error', reject).end(form && new URLSearchParams(form).toString());
  });
}

async function formToken(): Promise<string> {
  return /name="form_token" value="([^"]+)"/.exec((await ask(`/trace/${HOSTILE_TRACE}`)).body)?.[1] ?? '';
}
const labelFiles = async () => (await readdir(join(data.folder, 'otlp'))).filter((name) => name.startsWith('labels'));

describe('the web view', () => {
  test('finds a page by a part of its URL and shows its way', async () => {
    const page = data.truth.findLast(({ outcome }) => outcome === 'ok')?.visit;
    const found = await ask(`/search?q=${encodeURIComponent(page?.url ?? '')}`);
    expect(found.status).toBe(303);
    const shown = await ask(String(found.headers['location']));
    expect(shown.body).toContain(page?.url);
    for (const stage of ['crawl.page', 'crawl.fetch', 'crawl.embed']) expect(shown.body).toContain(stage);
    expect((await ask('/search?q=articles')).body).toMatch(/\d+ pages match/);
    expect(await ask('/search?q=no-such-page')).toMatchObject({ status: 404, body: expect.stringContaining('No page matches') });
  });

  test.each(['/', '/section/failures', '/section/drift', '/section/confusion', '/report'])('serves %s', async (path) => {
    const { status, body } = await ask(path);
    expect(status).toBe(200);
    expect(body).toContain('</html>');
    expect(body).not.toContain('The analysis failed');
  });

  test('links the traces of its findings to its own pages', async () => {
    const [, trace] = /href="(\/trace\/[0-9a-f]{32})"/.exec((await ask('/section/failures')).body) ?? [];
    expect(await ask(trace ?? '')).toMatchObject({ status: 200, body: expect.stringContaining('Attempt 0') });
  });

  test('records a mark, which the other commands see', async () => {
    const form = {
      form_token: await formToken(),
      verdict: 'wrong',
      reason: 'It sells <b>shoes</b>',
      category: 'sports',
      by: 'Ann',
    };
    expect(await ask(`/trace/${HOSTILE_TRACE}/mark`, {}, form)).toMatchObject({ status: 303 });
    const { body } = await ask(`/trace/${HOSTILE_TRACE}`);
    expect(body).toContain('It sells &#60;b&#62;shoes');
    const { out } = await runCli('labels', 'list', ...data.options, '--json');
    expect(out).toContain('It sells <b>shoes</b>');
    expect(out).toContain('false_positive');
  });

  test.each([
    [{ verdict: 'wrong', reason: ' ' }, /reason is empty/],
    [{ reason: 'because' }, /neither marked right nor wrong/],
    [{ verdict: 'wrong', reason: 'x'.repeat(3000) }, /longer than 2000/],
  ])('refuses the form %j', async (fields, message) => {
    const answer = await ask(
      `/trace/${HOSTILE_TRACE}/mark`,
      {},
      { form_token: await formToken(), ...(fields as Record<string, string>) },
    );
    expect(answer).toMatchObject({ status: 400, body: expect.stringMatching(message) });
  });

  test('never lets crawled text become markup', async () => {
    for (const path of [
      '/',
      `/trace/${HOSTILE_TRACE}`,
      '/section/failures',
      '/section/confusion',
      '/report',
      '/search?q=%3Cscript%3E',
    ]) {
      const { body } = await ask(path);
      expect(body, path).not.toMatch(/<script|<img|onerror="|href="javascript/);
    }
  });
});

describe('the guard', () => {
  test('lets nobody in without the token', async () => {
    expect(await ask('/', { cookie: '' })).toMatchObject({ status: 403 });
    expect(await ask('/?token=guess', { cookie: '' })).toMatchObject({ status: 403 });
    expect(await ask('/', { cookie: `${cookie.split('=')[0]}=guess` })).toMatchObject({ status: 403 });
  });

  test('keeps the token from scripts and other sites', async () => {
    const { headers } = await ask(server.url.slice(server.origin.length), { cookie: '' });
    expect(String(headers['set-cookie'])).toMatch(/HttpOnly/);
    expect(String(headers['set-cookie'])).toMatch(/SameSite=Strict/);
  });

  test.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1.evil.example:1'])(
    'refuses the host name %s',
    async (host) => {
      expect(await ask('/', { host })).toMatchObject({ status: 421 });
    },
  );

  test('refuses forms from elsewhere, and forms without their token', async () => {
    const before = await Promise.all((await labelFiles()).map((name) => readFile(join(data.folder, 'otlp', name), 'utf8')));
    const form = { form_token: await formToken(), verdict: 'wrong', reason: 'forged' };
    const path = `/trace/${HOSTILE_TRACE}/mark`;
    expect(await ask(path, { origin: 'https://evil.example' }, form)).toMatchObject({ status: 403 });
    expect(await ask(path, { origin: 'null' }, form)).toMatchObject({ status: 403 });
    expect(await ask(path, { 'sec-fetch-site': 'cross-site' }, form)).toMatchObject({ status: 403 });
    expect(await ask(path, {}, { ...form, form_token: 'guess' })).toMatchObject({ status: 403 });
    expect(await ask(path, {}, { verdict: 'wrong', reason: 'forged' })).toMatchObject({ status: 403 });
    expect(await ask(path, {}, { ...form, reason: 'x'.repeat(100_000) })).toMatchObject({ status: 413 });
    const after = await Promise.all((await labelFiles()).map((name) => readFile(join(data.folder, 'otlp', name), 'utf8')));
    expect(after).toEqual(before);
  });

  test('sends a policy without any script with every answer', async () => {
    for (const path of ['/', '/nowhere', '/report', `/trace/${'0'.repeat(32)}`]) {
      const { headers } = await ask(path);
      expect(headers['content-security-policy'], path).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers['content-security-policy'], path).not.toContain('script-src');
      expect(headers['x-content-type-options'], path).toBe('nosniff');
    }
  });
});

test('the port must be one', async () => {
  expect(await runCli('serve', ...data.options, '--port', '70000')).toMatchObject({
    code: 2,
    err: expect.stringContaining('65535'),
  });
});
