import { expect, test } from 'vitest';
import { readLines, readSpans, runApp, temporaryFolder } from './child.ts';

test('kill -9 leaves whole lines and the record of the run', async () => {
  using folder = temporaryFolder();
  const result = await runApp('crashing.mjs', { cwd: folder.path, env: { CRAWLSCOPE_DIR: folder.path } });
  expect(result.killedBy).toBe('SIGKILL');
  expect(readSpans(folder.path)).toHaveLength(512);
  const log = JSON.stringify(readLines(folder.path, 'logs'));
  expect(log).toContain('"eventName":"crawl.run.started"');
  for (const name of [
    'crawl.run.id',
    'crawl.config.hash',
    'crawl.random_seed',
    'crawl.model.version',
    'crawl.threshold.value',
    'crawl.run.hardware',
    'crawl.run.versions',
  ]) {
    expect(log).toContain(`"key":"${name}"`);
  }
});
