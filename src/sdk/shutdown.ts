import { warnOnce } from './dropped.ts';

/** How to empty everything, twice: at once for exit handlers, and with time for the network. */
export interface Flushes {
  /** Writes what can be written without waiting; may be called again. */
  readonly now: () => void;
  /** Collects metrics, sends and writes everything. */
  readonly whole: () => Promise<unknown>;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Longest that the end of the process is held up, in milliseconds. */
const FLUSH_TIME = 3000;

/** Flushes at every kind of end of the process: normal, `process.exit()`, signals, uncaught exceptions and rejections. */
export function flushAtExit(flushes: Flushes): void {
  let flushed = false;
  process.on('beforeExit', () => {
    if (flushed) return;
    flushed = true;
    void bounded(flushes.whole);
  });
  process.on('exit', () => quietly(flushes.now));
  for (const signal of SIGNALS) flushOnSignal(signal, flushes);
}

/** A listener keeps the signal from ending the process, so the signal is raised again unless the application handles it itself. */
function flushOnSignal(signal: NodeJS.Signals, flushes: Flushes): void {
  let ending = false;
  const listener = (): void => {
    quietly(flushes.now);
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

async function bounded(flush: () => Promise<unknown>): Promise<void> {
  const { promise: expired, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, FLUSH_TIME);
  const whole = flush().catch((error: unknown) => warnOnce('flush', `not everything could be flushed: ${String(error)}`));
  await Promise.race([whole, expired]);
  clearTimeout(timer);
}

function quietly(flush: () => void): void {
  try {
    flush();
  } catch (error) {
    warnOnce('flush', `not everything could be flushed: ${String(error)}`);
  }
}
