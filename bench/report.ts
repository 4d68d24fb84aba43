/**
 * The weekly report and `trace <url>` over a large store, and what ten times the history costs. `node bench/report.ts [pages]` (after
 * `npm run build`); prints JSON, and how far it is on standard error.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPage } from '../src/analyses/page-lookup.ts';
import { readTrace } from '../src/analyses/trace.ts';
import { ANALYSES } from '../src/analyses/list.ts';
import { openStore } from '../src/store/open.ts';
import type { Store } from '../src/store/store.ts';
import { fillHistory, HISTORY_END, timeCli, type History } from './history.ts';

const WEEKS = 10;
const GROWTH = 10;
const REPEATS = 3;
const WEEK_US = 7 * 86_400_000_000;
const WINDOW = { fromUs: HISTORY_END - WEEK_US, toUs: HISTORY_END };
const NOW = '2026-11-23T06:00:00Z';

interface Cost {
  readonly seconds: number;
  readonly peakMb: number;
}

const pages = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), 'crawlscope-bench-'));
try {
  const large = await fill(WEEKS, Math.ceil(pages / WEEKS));
  const measured = {
    pages: large.pages,
    spans: large.spans,
    report: measureReport(large),
    sectionMs: await withStore(large, measureSections),
    trace: await measureTrace(large),
    storeBytesPerPage: Math.round(large.storeBytes / large.pages),
    jsonBytesPerPage: Math.round(large.jsonBytes / large.pages),
    share: Number((large.storeBytes / large.jsonBytes).toFixed(3)),
  };
  rmSync(large.store);
  // Both have the same weeks' pages in the windows of the report; one has ten times as many weeks.
  const short = await fill(WEEKS, Math.ceil(pages / WEEKS / GROWTH));
  const before = measureReport(short);
  rmSync(short.store);
  const long = await fill(WEEKS * GROWTH, Math.ceil(pages / WEEKS / GROWTH));
  const after = measureReport(long);
  const growth = {
    weeks: [WEEKS, WEEKS * GROWTH],
    pages: [short.pages, long.pages],
    seconds: [before.seconds, after.seconds],
    peakMb: [before.peakMb, after.peakMb],
    ratio: Number((after.seconds / before.seconds).toFixed(2)),
  };
  console.log(JSON.stringify({ ...measured, growth }));
} finally {
  rmSync(folder, { recursive: true });
}

async function fill(weeks: number, pagesPerWeek: number): Promise<History> {
  const started = performance.now();
  const history = await fillHistory(folder, weeks, pagesPerWeek);
  console.error(`${history.pages} pages of ${weeks} weeks: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  return history;
}

/** The whole command, the start of Node included. */
function measureReport({ store }: History): Cost {
  return least(['report', '--week', '2026-W47', '--format', 'json', '--now', NOW, '--data', empty(), '--store', store]);
}

/** Milliseconds of each analysis, in one process that has run it before. */
async function measureSections(store: Store): Promise<Record<string, number>> {
  const context = { store, window: WINDOW, nowUs: HISTORY_END };
  const ms: Record<string, number> = {};
  for (const analysis of ANALYSES) {
    await analysis.run(context);
    ms[analysis.id] = await timeMs(() => analysis.run(context));
  }
  return ms;
}

/** The whole command, the start of Node alone (`--version`), and what the store takes to answer: the first time, and then. */
async function measureTrace(history: History): Promise<Record<string, number>> {
  const [row] = await withStore(history, (store) =>
    store.query<{ url: string }>('SELECT url FROM pages WHERE start_us >= $fromUs LIMIT 1', { fromUs: WINDOW.fromUs }),
  );
  const look = async (store: Store): Promise<void> => {
    const found = await findPage(store, row!.url);
    if (found.kind !== 'found') throw new Error(`${row!.url} is not found`);
    await readTrace(store, found.visits[0]!.traceId);
  };
  const [firstMs, againMs] = await withStore(history, async (store) => [
    await timeMs(() => look(store)),
    Math.min(await timeMs(() => look(store)), await timeMs(() => look(store))),
  ]);
  const command = least(['trace', row!.url, '--data', empty(), '--store', history.store]);
  return {
    commandMs: command.seconds * 1000,
    startMs: least(['--version']).seconds * 1000,
    firstMs: firstMs!,
    againMs: againMs!,
  };
}

async function withStore<T>({ store: path }: History, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ store: path, readOnly: true });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return Math.round(performance.now() - started);
}

function least(args: readonly string[]): Cost {
  const runs = Array.from({ length: REPEATS }, () => timeCli(args));
  return { seconds: Math.min(...runs.map((run) => run.seconds)), peakMb: Math.max(...runs.map((run) => run.peakMb)) };
}

/** The store has it all: there is nothing to read. */
function empty(): string {
  const data = join(folder, 'nothing-new');
  mkdirSync(data, { recursive: true });
  return data;
}
