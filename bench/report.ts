/**
 * The weekly report and `trace <url>` over a large store, against the same with a tenth of the history. `node bench/report.ts [pages]`
 * (after `npm run build`); prints JSON.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANALYSES } from '../src/analyses/list.ts';
import { openStore } from '../src/store/open.ts';
import { fillHistory, HISTORY_END, timeCli, type History } from './history.ts';

const WEEKS = 10;
const GROWTH = 10;
const REPEATS = 3;
const NOW = '2026-11-23T06:00:00Z';

const pages = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), 'crawlscope-bench-'));
try {
  const large = await fillHistory(folder, WEEKS, Math.ceil(pages / WEEKS));
  const short = await fillHistory(folder, WEEKS + 1, Math.ceil(pages / WEEKS / GROWTH));
  const long = await fillHistory(folder, WEEKS * GROWTH, Math.ceil(pages / WEEKS / GROWTH));
  const [before, after] = [measureReport(folder, short), measureReport(folder, long)];
  console.log(
    JSON.stringify({
      pages: large.pages,
      spans: large.spans,
      report: measureReport(folder, large),
      sections: await measureSections(large),
      trace: await measureTrace(folder, large),
      growth: {
        weeks: [WEEKS + 1, WEEKS * GROWTH],
        pages: [short.pages, long.pages],
        seconds: [before.seconds, after.seconds],
        ratio: Number((after.seconds / before.seconds).toFixed(2)),
      },
      storeBytesPerPage: Math.round(large.storeBytes / large.pages),
      jsonBytesPerPage: Math.round(large.jsonBytes / large.pages),
      share: Number((large.storeBytes / large.jsonBytes).toFixed(3)),
    }),
  );
} finally {
  rmSync(folder, { recursive: true });
}

function measureReport(root: string, { store }: History): { seconds: number; peakMb: number } {
  const runs = Array.from({ length: REPEATS }, () =>
    timeCli(['report', '--week', '2026-W47', '--format', 'json', '--now', NOW, '--data', empty(root), '--store', store]),
  );
  return { seconds: Math.min(...runs.map((run) => run.seconds)), peakMb: Math.max(...runs.map((run) => run.peakMb)) };
}

/** Seconds of each analysis, in one process. */
async function measureSections({ store: path }: History): Promise<Record<string, number>> {
  const store = await openStore({ store: path, readOnly: true });
  const window = { fromUs: HISTORY_END - 7 * 86_400_000_000, toUs: HISTORY_END };
  const seconds: Record<string, number> = {};
  for (const analysis of ANALYSES) {
    const started = performance.now();
    await analysis.run({ store, window, nowUs: HISTORY_END });
    seconds[analysis.id] = Number(((performance.now() - started) / 1000).toFixed(3));
  }
  await store.close();
  return seconds;
}

/** The whole command, and without the start of Node, which `--version` alone takes. */
async function measureTrace(root: string, { store: path }: History): Promise<{ seconds: number; ms: number; startMs: number }> {
  const store = await openStore({ store: path, readOnly: true });
  const [row] = await store.query<{ url: string }>('SELECT url FROM pages WHERE start_us >= $from LIMIT 1', {
    from: HISTORY_END - 7 * 86_400_000_000,
  });
  await store.close();
  const least = (args: readonly string[]) => Math.min(...Array.from({ length: REPEATS }, () => timeCli(args).seconds));
  const seconds = least(['trace', row!.url, '--data', empty(root), '--store', path]);
  const start = least(['--version']);
  return { seconds, ms: Math.round((seconds - start) * 1000), startMs: Math.round(start * 1000) };
}

/** The store has it all: there is nothing to read. */
function empty(root: string): string {
  const data = join(root, 'nothing-new');
  mkdirSync(data, { recursive: true });
  return data;
}
