import axe from 'axe-core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runCli } from '../commands/run-cli.ts';
import { writeTelemetry } from '../fixtures/generate/generate.ts';
import { PLANTED_MONTH } from '../fixtures/generate/planted-month.ts';
import { HOSTILE_TEXTS, writeHostilePages } from '../fixtures/hostile-pages.ts';
import { CHROMIUM } from './chromium.ts';

let dir: string;
let browser: Browser;
let address: string;
/** What a page did that a report must never do. */
let misdeeds: string[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crawlscope-browser-'));
  const data = join(dir, 'otlp');
  await writeTelemetry(data, PLANTED_MONTH);
  await writeHostilePages(data, '2026-11-20T05:00:00Z');
  const file = join(dir, 'report.html');
  const { code, err } = await runCli(['report', '--out', file], { data, store: join(dir, 'store.duckdb') });
  expect(code, err).toBe(0);
  address = pathToFileURL(file).href;
  browser = await chromium.launch(CHROMIUM);
});
afterAll(async () => {
  await browser?.close();
  await rm(dir, { recursive: true });
});
beforeEach(() => {
  misdeeds = [];
});

async function open(options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
  const page = await browser.newPage(options);
  page.on('console', (message) => misdeeds.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => misdeeds.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    misdeeds.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) misdeeds.push(`request: ${request.url()}`);
  });
  await page.goto(address, { waitUntil: 'load' });
  return page;
}

test('renders every section, with no script, no request and no complaint', async () => {
  const page = await open();
  expect(await page.title()).toBe('Crawl report, week 2026-W47');
  expect(await page.locator('main > section[id]').count()).toBeGreaterThanOrEqual(8);
  expect(await page.locator('svg.spark').count()).toBeGreaterThan(10);
  expect(await page.locator('script, iframe, object, embed, img, form').count()).toBe(0);
  expect(misdeeds).toEqual([]);
});

test('shows hostile text as text', async () => {
  const page = await open();
  const text = (await page.locator('body').innerText()).replace(/\s+/g, ' ');
  const shown = HOSTILE_TEXTS.filter((hostile) => {
    // oxlint-disable-next-line no-control-regex
    const visible = hostile.replace(/[\u0000-\u001F\u202A-\u202E\u2066-\u2069]/g, (c) => `\\u{${c.charCodeAt(0).toString(16)}}`);
    return text.includes(visible.slice(0, 200).replace(/\s+/g, ' '));
  });
  expect(shown).toEqual(HOSTILE_TEXTS);
  expect(await page.locator('a[href^="javascript"], [onerror], [onload]').count()).toBe(0);
  expect(await page.title()).toBe('Crawl report, week 2026-W47');
  expect(misdeeds).toEqual([]);
});

test.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 375],
  ['dark', 375],
] as const)('has no accessibility violation and fits: %s, %i px', async (colorScheme, width) => {
  const page = await open({ colorScheme, viewport: { width, height: 800 } });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  const background = await page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
  expect(background).toBe(colorScheme === 'light' ? 'rgb(247, 246, 243)' : 'rgb(19, 21, 24)');
  await page.evaluate(axe.source);
  const violations = (await page.evaluate('axe.run().then((result) => result.violations)')) as axe.Result[];
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  expect(misdeeds).toEqual([]);
});

test('can be walked through by keyboard', async () => {
  const page = await open();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).hash).toBe('#recommendations');
  const reached = new Set<string>();
  for (let press = 0; press < 60; press++) {
    await page.keyboard.press('Tab');
    reached.add(
      (await page.evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.tagName')) as string,
    );
  }
  expect([...reached]).toContain('Domains that failed most');
});

test('prints on white paper without navigation', async () => {
  const page = await open({ colorScheme: 'dark' });
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('nav').isVisible()).toBe(false);
  expect(await page.evaluate('getComputedStyle(document.querySelector("h1")).color')).toBe('rgb(29, 31, 35)');
  expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
});
