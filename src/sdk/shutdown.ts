import { warnOnce } from './dropped.ts';
import type { Rest } from './file-processors.ts';

/** How to empty everything, twice: at once for exit handlers, and with time for the network. */
export interface Flushes {
  /** Writes files without waiting, and treats what the network has not got as told; may be called again. */
  readonly now: (rest: Rest) => void;
  /** Collects metrics, sends and writes everything. */
  readonly whole: () => Promise<unknown>;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Longest that the end of the process is held up, in milliseconds. */
const FLUSH_TIME = 3000;

/** Flushes at every kind of end of the process: normal, `process.exit()`, signals, uncaught exceptions and rejections. */
export function flushAtExit(flushes: Flushes): void {
  let flushed = false;
  let gaveUp = false;
  process.on('beforeExit', () => {
    if (flushed) return;
    flushed = true;
    void bounded(flushes.whole).then((inTime) => {
      gaveUp = !inTime;
      // Only retries of the network keep the process alive then, unless somebody else had work to do before the exit.
      if (gaveUp && process.listenerCount('beforeExit') === 1) process.exit();
      return undefined;
    });
  });
  process.on('exit', () => quietly(() => flushes.now(gaveUp ? 'drop' : 'send')));
  for (const signal of SIGNALS) flushOnSignal(signal, flushes);
}

/** A listener keeps the signal from ending the process, so the signal is raised again unless the application handles it itself. */
function flushOnSignal(signal: NodeJS.Signals, flushes: Flushes): void {
  let ending = false;
  const listener = (): void => {
    quietly(() => flushes.now('leave'));
    if (!isOursAlone(signal)) {
      void bounded(flushes.whole);
      return;
    }
    const raise = (): void => {
      process.removeListener(signal, listener);
      process.kill(process.pid, signal);
    };
    if (ending) raise();
    else void bounded(flushes.whole).finally(raise);
    ending = true;
  };
  process.on(signal, listener);
}

/** The package signal-exit raises the signal again only when it is alone: beside us it never would be. */
function isOursAlone(signal: NodeJS.Signals): boolean {
  const holders: unknown[] = [
    (process as unknown as Record<string, unknown>)['__signal_exit_emitter__'],
    (globalThis as Record<symbol, unknown>)[Symbol.for('signal-exit emitter')],
  ];
  const counts = holders.map((holder) => Number((holder as { count?: number } | undefined)?.count ?? 0));
  return process.listenerCount(signal) <= 1 + counts.reduce((sum, count) => sum + count, 0);
}

/** Whether the flush ended within its time. */
async function bounded(flush: () => Promise<unknown>): Promise<boolean> {
  const { promise: expired, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, FLUSH_TIME, false);
  const inTime = await Promise.race([settle(flush), expired]);
  clearTimeout(timer);
  return inTime;
}

async function settle(flush: () => Promise<unknown>): Promise<boolean> {
  try {
    await flush();
  } catch (error) {
    warnOnce('flush', `not everything could be flushed: ${String(error)}`);
  }
  return true;
}

function quietly(flush: () => void): void {
  try {
    flush();
  } catch (error) {
    warnOnce('flush', `not everything could be flushed: ${String(error)}`);
  }
}
