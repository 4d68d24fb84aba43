import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { classify, trainClassifier, type Classifier } from '../../examples/semantic-crawler/classify.ts';
import { embedAll, embedText } from '../../examples/semantic-crawler/embed.ts';
import { extractArticle } from '../../examples/semantic-crawler/extract.ts';
import { renderReadme } from '../../examples/semantic-crawler/readmes.ts';
import { openStore, saveDocument } from '../../examples/semantic-crawler/store.ts';

let classifier: Classifier;

beforeAll(async () => {
  classifier = await trainClassifier(embedAll);
});

test.each([
  [
    'network',
    'http-client',
    'Promise based HTTP client for Node.js. Send requests, follow redirects, retry on failure, set headers.',
  ],
  [
    'terminal',
    'colors',
    'Style terminal strings with ANSI colors. Bold, underline and background color of text in the terminal.',
  ],
  [
    'crawling',
    'scraping',
    'The scalable web crawling and scraping library for JavaScript. Crawls websites, downloads pages and extracts data from them.',
  ],
  ['async', 'promises', 'Run multiple promise-returning and async functions with limited concurrency.'],
  ['data', 'compression', 'Compress and decompress zip and gzip archives quickly.'],
])('a text about %s is recognised, with the tag %s', async (category, tag, text) => {
  const { vector } = await embedText(text);
  const found = classify(classifier, vector);
  expect(found).toMatchObject({ category, passed: true });
  expect(found.tags).toContain(tag);
  expect(found.tagScores).toHaveLength(found.tags.length);
});

test('a text about nothing we look for does not pass', async () => {
  const { vector } = await embedText('We spent the holidays at the sea, ate fish every day and slept until noon.');
  expect(classify(classifier, vector).passed).toBe(false);
});

test('the same text is embedded once', async () => {
  const first = await embedText('A sentence nobody has embedded yet.');
  const second = await embedText('A sentence nobody has embedded yet.');
  expect(first.vector).toHaveLength(512);
  expect([first.cacheHit, second.cacheHit]).toEqual([false, true]);
  expect(second.vector).toEqual(first.vector);
});

test('the article is taken from a page, and from a page without one all its text', () => {
  const paragraph = '<p>Telemetry tells what a program does while it runs, and why it fails. '.repeat(20);
  const page = `<html><head><title>T</title></head><body><nav>Home</nav><article>${paragraph}</article></body></html>`;
  expect(extractArticle(page)).toMatchObject({ title: 'T', method: 'readability' });
  expect(extractArticle('<script>run()</script>just <b>words</b>')).toMatchObject({ text: 'just words' });
  expect(extractArticle('<body></body>')).toEqual({ title: '', text: '', method: 'raw' });
});

test('a README is served without its scripts, attributes and links', () => {
  const markdown = '# Hi\n\n[a link](http://elsewhere.example) <script>alert(1)</script> <b onclick="alert(2)">bold</b>';
  const html = renderReadme({ name: 'x', description: '', dependencies: [], markdown });
  expect(html).toContain('a link');
  expect(html).not.toMatch(/script|alert|href|onclick/);
});

test('a later crawl replaces the document of a page', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'crawlscope-vectors-'));
  const document = { id: 'a', url: 'http://x.example/', title: 'one', category: 'text', vector: [1, 0] };
  await saveDocument(await openStore(folder, 2), document);
  const table = await openStore(folder, 2);
  await saveDocument(table, { ...document, title: 'two' });
  expect((await table.query().toArray()).map(({ title }) => title as string)).toEqual(['two']);
  table.close();
  rmSync(folder, { recursive: true, force: true });
});
