import { InvalidArgumentError, Option } from 'commander';
import yoctocolors from 'yoctocolors';
import { createLive, type Live } from '../monitor/live.ts';
import { liveJson, liveLine } from '../monitor/live-line.ts';
import { liveScreen } from '../monitor/live-screen.ts';
import { openScreen } from '../monitor/screen.ts';
import { openTail, type Tail } from '../store/tail.ts';
import type { CliCommand, DataOptions, Io } from './command.ts';

interface Options extends DataOptions {
  /** Seconds. */
  readonly interval: number;
  readonly count: number;
  readonly lines: boolean;
}

/** Files not written to for this long belong to crawls that are over. */
const LIVE_MS = 15 * 60_000;
const QUIT = new Set(['q', 'Q', '\u0003', '\u0004']);

/** `crawlscope monitor`. */
export const monitor: CliCommand<Options> = {
  usage: 'monitor',
  summary: 'Watch running crawlers: full screen on a terminal, else one line an interval.',
  example: 'crawlscope monitor --interval 5',
  configure(command) {
    command
      .addOption(new Option('--interval <seconds>', 'time between two looks').argParser(parsePositive).default(5))
      .addOption(new Option('--count <looks>', 'end after this many looks').argParser(parsePositive).default(Infinity, 'never'))
      .option('--lines', 'print lines on a terminal too', false);
  },
  async run(io, options) {
    const live = createLive();
    const tail = openTail(options.data, LIVE_MS);
    const stop = new AbortController();
    const end = (): void => stop.abort();
    process.once('SIGINT', end).once('SIGTERM', end).once('SIGHUP', end);
    try {
      const fullScreen = process.stdout.isTTY && process.stdin.isTTY && !options.json && !options.lines;
      await (fullScreen ? watchOnScreen(options, live, tail, stop) : printLines(io, options, live, tail, stop.signal));
    } finally {
      process.off('SIGINT', end).off('SIGTERM', end).off('SIGHUP', end);
    }
    return 0;
  },
};

async function printLines(io: Io, options: Options, live: Live, tail: Tail, signal: AbortSignal): Promise<void> {
  await repeat(options, signal, async () => {
    live.skip(await tail.read((rows) => live.add(rows)));
    const view = live.view(Date.now());
    io.out(options.json ? `${JSON.stringify(liveJson(view))}\n` : `${liveLine(view)}\n`);
  });
}

async function watchOnScreen(options: Options, live: Live, tail: Tail, stop: AbortController): Promise<void> {
  const style = process.env['NO_COLOR'] ? { bold: String, dim: String, red: String } : yoctocolors;
  const draw = (): void => {
    const { columns, rows } = screen.size();
    screen.draw(liveScreen(live.view(Date.now()), columns, rows, style));
  };
  const screen = openScreen(process.stdin, process.stdout, (key) => void (QUIT.has(key) && stop.abort()), draw);
  try {
    draw();
    await repeat(options, stop.signal, async () => {
      live.skip(await tail.read((rows) => live.add(rows)));
      draw();
    });
  } finally {
    screen.close();
  }
}

/** Runs `look` now and after every interval, until the count is reached or the signal comes. */
async function repeat({ interval, count }: Options, signal: AbortSignal, look: () => Promise<void>): Promise<void> {
  for (let done = 0; done < count && !signal.aborted; done++) {
    if (done > 0) await pause(interval * 1000, signal);
    if (!signal.aborted) await look();
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('Give a number above 0.');
  return value;
}
