import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../e2e/cli.ts';
import { sendLoad } from './load.ts';
import { figure, spansOnDisk } from './record.ts';
import { collectorFor, makeWorkspace, stopAtEnd } from './workspace.ts';

test('kill -9 of the collector under load: every acknowledged span is on disk, the reader counts the rest', async () => {
  const directory = makeWorkspace();
  const collector = await collectorFor({ directory: join(directory, 'collector') });
  let isBack: Promise<unknown> | undefined;
  const restart = async () => {
    await collector.stop('SIGKILL');
    stopAtEnd(await collector.restart());
  };
  const load = await sendLoad(collector.otlpUrl, {
    requests: 600,
    spans: 50,
    senders: 8,
    onAcknowledged: (requests) => {
      if (requests === 200) isBack = restart();
    },
  });
  await isBack;

  const onDisk = spansOnDisk(collector.dataDir);
  expect([...load.acknowledged].filter((id) => !onDisk.has(id))).toEqual([]);
  expect(load.refusals).toBeGreaterThan(0);
  const read = JSON.parse(await runCli(directory, collector.dataDir, ['ingest', '--json'])) as Ingested;
  expect(read.spans).toBe(load.acknowledged.size);
  figure('collector kill -9 under load', {
    acknowledged: load.acknowledged.size,
    'acknowledged but lost': 0,
    'given up by the sender': load.lost.size,
    'requests tried again': load.refusals,
    'spans written twice, read once': read.duplicates,
    'broken lines reported': read.skipped.length,
  });
});

interface Ingested {
  readonly spans: number;
  readonly duplicates: number;
  readonly skipped: readonly object[];
}
