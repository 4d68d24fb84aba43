import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { GOOD_TIME, makeData } from '../monitor/run-cli.ts';
import { CHROMIUM } from './chromium.ts';
import { HOSTILE_TRACE, startServe, writeHostilePage } from '../monitor/web.ts';

const ARGS = [...CHROMIUM.args, '--host-resolver-rules=MAP evil.example 127.0.0.1'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let data: Awaited<ReturnType<typeof makeData>>;
let server: Awaited<ReturnType<typeof startServe>>;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let problems: string[];

beforeAll(async () => {
  data = await makeData();
  await writeHostilePage(join(data.folder, 'otlp'), GOOD_TIME);
  server = await startServe(...data.options, '--now', GOOD_TIME, '--from', '2026-11-17', '--to', '2026-11-24');
  browser = await chromium.launch({ ...CHROMIUM, args: ARGS });
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  await data.remove();
});
beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
  problems = [];
  page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
  page.on('pageerror', (error) => void problems.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(server.origin) && !request.url().startsWith('data:'))
      problems.push(`request of ${request.url()}`);
  });
  await page.goto(server.url);
  await page.waitForURL(`${server.origin}/`);
});
afterEach(() => context.close());

test('a page is searched, read, and marked from the page', async () => {
  const visit = data.truth.findLast(({ outcome }) => outcome === 'ok')?.visit;
  await page
    .getByRole('search')
    .getByRole('textbox')
    .fill(visit?.url ?? '');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toBe(visit?.url);
  expect(await page.getByRole('row').count()).toBeGreaterThan(4);
  await page.getByRole('radio', { name: /wrong/ }).check();
  await page.getByLabel('Reason').fill('It is about <i>cycling</i>');
  await page.getByLabel('Right category').fill('sports');
  await page.getByRole('button', { name: 'Mark' }).click();
  await expect.poll(() => page.getByRole('listitem').filter({ hasText: 'It is about <i>cycling</i>' }).count()).toBe(1);
  expect(await page.getByText('wrong (sports)').count()).toBe(1);
  expect(problems).toEqual([]);
});

test('hostile crawled text stays text on every page, and axe finds nothing to complain about', { timeout: 240_000 }, async () => {
  for (const path of [
    '/',
    `/trace/${HOSTILE_TRACE}`,
    '/section/failures',
    '/section/drift',
    '/section/confusion',
    '/search?q=articles',
    '/report',
  ]) {
    await page.goto(`${server.origin}${path}`);
    expect(await page.evaluate('window.hacked'), path).toBeUndefined();
    expect(await page.locator('script, img, [onerror], a[href^="javascript"]').count(), path).toBe(0);
    const violations = await page.evaluate<string[]>(
      `${AXE}; axe.run().then((result) => result.violations.map((each) => each.id + ' ' + each.nodes[0].html))`,
    );
    expect(violations, path).toEqual([]);
  }
  expect(problems).toEqual([]);
});

test('another site can neither act through the view nor read it', async () => {
  const action = `${server.origin}/trace/${HOSTILE_TRACE}/mark`;
  const attack = `<iframe name="frame" src="${server.origin}/"></iframe>
    <form method="post" action="${action}"><input name="verdict" value="wrong"><input name="reason" value="forged"><button>go</button></form>
    <script>fetch('${server.origin}/').then((r) => r.text()).then((text) => document.title = 'read ' + text.length, () => document.title = 'refused')</script>`;
  const site = createServer((_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(attack));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const other = await context.newPage();
  await other.goto(`http://evil.example:${(site.address() as AddressInfo).port}/`);
  await expect.poll(() => other.title()).toBe('refused');
  const answered = other.waitForResponse((response) => response.request().method() === 'POST');
  await other.getByRole('button').click();
  expect((await answered).status()).toBe(403);
  site.closeAllConnections();
  await new Promise((resolve) => site.close(resolve));
  await page.goto(`${server.origin}/trace/${HOSTILE_TRACE}`);
  expect(await page.getByText('forged').count()).toBe(0);
});

test('a host name that was rebound to this machine is refused', async () => {
  const { port, search } = new URL(server.url);
  const response = await page.goto(`http://evil.example:${port}/${search}`);
  expect(response?.status()).toBe(421);
  expect(await context.cookies(`http://evil.example:${port}/`)).toEqual([]);
});
