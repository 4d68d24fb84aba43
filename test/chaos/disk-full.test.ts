import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { runCli } from '../e2e/cli.ts';
import { sendLoad } from './load.ts';
import { figure, spansOnDisk } from './record.ts';
import { collectorFor, makeWorkspace, selfMetric } from './workspace.ts';

/** Mounts a disk of 3 MB over the data directory, seen by the collector and its children only, with a ballast of 1 MB. */
const SMALL_DISK = 'mkdir -p "$0" && mount -t tmpfs -o size=3m tmpfs "$0" && head -c 1M /dev/zero >"$0/ballast" && exec "$@"';

test('a full disk is refused, not lost: what was acknowledged is on disk, and it goes on when there is room', async () => {
  const directory = makeWorkspace();
  const data = join(directory, 'collector', 'data');
  const collector = await collectorFor({
    directory: join(directory, 'collector'),
    wrap: (command) => ['unshare', '--map-root-user', '--mount', 'sh', '-c', SMALL_DISK, data, ...command],
  });
  const seen = `/proc/${collector.pid}/root${data}`;
  const attributes = { text: 'x'.repeat(500) };

  const filling = await sendLoad(collector.otlpUrl, { requests: 60, spans: 100, attributes, retryMilliseconds: 0 });
  expect(filling.acknowledged.size).toBeGreaterThan(500);
  expect(filling.lost.size).toBeGreaterThan(500);
  // An exporter tries again after a 503.
  expect(filling.statuses).toEqual(new Set([503]));
  expect(await selfMetric(collector, 'otelcol_exporter_send_failed_spans_total', 'file/traces')).toBeGreaterThan(0);

  execFileSync('rm', [join(seen, 'ballast')]);
  const after = await sendLoad(collector.otlpUrl, { requests: 5, spans: 100, attributes });
  expect(after.acknowledged.size).toBe(500);

  const acknowledged = [...filling.acknowledged, ...after.acknowledged];
  const onDisk = spansOnDisk(seen);
  expect(acknowledged.filter((id) => !onDisk.has(id))).toEqual([]);
  const read = JSON.parse(await runCli(directory, seen, ['ingest', '--json'])) as { spans: number; skipped: object[] };
  expect(read.spans).toBeGreaterThanOrEqual(acknowledged.length);
  figure('disk full', {
    acknowledged: acknowledged.length,
    'acknowledged but lost': 0,
    'refused while full': filling.lost.size,
    'broken lines reported': read.skipped.length,
  });
});
