import { expect, test } from 'vitest';
import { readLines, readMetrics, readSpans, runApp, temporaryFolder } from './child.ts';

const ENDINGS: [ending: string, signal?: NodeJS.Signals][] = [
  ['normal'],
  ['exit0'],
  ['exit3'],
  ['throw'],
  ['reject'],
  ['wait', 'SIGINT'],
  ['wait', 'SIGTERM'],
  ['wait', 'SIGHUP'],
  ['handled', 'SIGTERM'],
];

test.each(ENDINGS)('nothing is lost and nothing changes: %s %s', async (ending, signal) => {
  using folder = temporaryFolder();
  const options = { args: [ending], cwd: folder.path, ...(signal && { signal }) };
  const [plain, traced] = await Promise.all([
    runApp('ending.mjs', { ...options, imports: [] }),
    runApp('ending.mjs', { ...options, env: { CRAWLSCOPE_DIR: folder.path } }),
  ]);
  expect(traced).toEqual(plain);
  const spans = readSpans(folder.path);
  expect(spans.filter((span) => span.name === 'crawl.page')).toHaveLength(700);
  expect(spans.filter((span) => span.name === 'crawl.extract')).toHaveLength(700);
  expect(spans.filter((span) => span.name === 'crawl.run')).toHaveLength(1);
  expect(new Set(spans.map((span) => span.spanId)).size).toBe(1401);
  expect(JSON.stringify(spans)).not.toContain('S3cr3t');
  expect(JSON.stringify(readLines(folder.path, 'logs'))).toContain('crawl.run.started');
});

test.each(['normal', 'exitLater'])('the metrics are on disk: %s', async (ending) => {
  using folder = temporaryFolder();
  await runApp('ending.mjs', { args: [ending], cwd: folder.path });
  const names = readMetrics(`${folder.path}/.crawlscope`).map((metric) => metric.name);
  const expected = [
    'crawl.pages',
    'crawl.page.duration',
    'crawl.stage.duration',
    'process.memory.usage',
    'system.memory.usage',
    'crawl.process.count',
  ];
  expect(names).toEqual(expect.arrayContaining(expected));
});
