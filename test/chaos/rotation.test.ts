import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../e2e/cli.ts';
import { sendLoad } from './load.ts';
import { figure } from './record.ts';
import { collectorFor, makeWorkspace } from './workspace.ts';

test('rotation under load: the reader finds every span of the rotated set, once', async () => {
  const directory = makeWorkspace();
  const collector = await collectorFor({
    directory: join(directory, 'collector'),
    env: { FILE_MAX_MB: '1', FILE_MAX_BACKUPS: '100' },
  });
  const load = await sendLoad(collector.otlpUrl, {
    requests: 200,
    spans: 100,
    senders: 8,
    attributes: { text: 'x'.repeat(300) },
  });
  const files = readdirSync(collector.dataDir).filter((name) => name.startsWith('traces'));

  expect(load.refusals).toBe(0);
  expect(files.length).toBeGreaterThan(5);
  const read: unknown = JSON.parse(await runCli(directory, collector.dataDir, ['ingest', '--json']));
  expect(read).toMatchObject({ spans: 20_000, duplicates: 0, skipped: [] });
  figure('rotation under load', { acknowledged: load.acknowledged.size, 'trace files': files.length, read: 20_000 });
});
