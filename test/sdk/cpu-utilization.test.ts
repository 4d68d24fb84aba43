import { cpus } from 'node:os';
import { expect, test } from 'vitest';
import { readMetrics, runApp, temporaryFolder } from './child.ts';

test('the CPU gauge is the counter over the whole interval, also when the end of the crawl was idle', async () => {
  using folder = temporaryFolder();
  const env = { CRAWLSCOPE_DIR: folder.path, OTEL_METRIC_EXPORT_INTERVAL: '600000' };
  const { stdout } = await runApp('busy.mjs', { cwd: folder.path, env });
  const metrics = readMetrics(folder.path);
  const sum = (name: string): number => {
    const [metric, ...more] = metrics.filter((one) => one.name === name);
    expect(more).toEqual([]);
    return ((metric?.gauge ?? metric?.sum)?.dataPoints ?? []).reduce((total, point) => total + Number(point['asDouble']), 0);
  };
  const expected = sum('process.cpu.time') / Number(stdout) / cpus().length;
  expect(sum('process.cpu.utilization')).toBeLessThanOrEqual(expected);
  expect(sum('process.cpu.utilization')).toBeGreaterThan(expected / 2);
});

test('a crawl of a fraction of a second that ends at once leaves its metrics', async () => {
  using folder = temporaryFolder();
  await runApp('brief.mjs', { cwd: folder.path, env: { CRAWLSCOPE_DIR: folder.path } });
  const names = readMetrics(folder.path).map((metric) => metric.name);
  expect(names).toEqual(expect.arrayContaining(['crawl.pages', 'process.cpu.time']));
});
