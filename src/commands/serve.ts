import { InvalidArgumentError, Option } from 'commander';
import { startWebServer } from '../monitor/web-server.ts';
import { openIngested } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import type { CliCommand, DataOptions, Io } from './command.ts';
import { addWindowOptions, chooseWindow, type WindowOptions } from './window.ts';

interface Options extends DataOptions, WindowOptions {
  readonly port: number;
}

/** `crawlscope serve`. */
export const serve: CliCommand<Options> = {
  usage: 'serve',
  summary: 'Look at pages, failures, drift and reports in the browser, and mark pages; on this machine alone.',
  example: 'crawlscope serve --port 8400',
  configure(command) {
    addWindowOptions(command);
    command.addOption(new Option('--port <port>', 'port to listen on').argParser(parsePort).default(0, 'a free one'));
  },
  async run(io, options) {
    const started = Date.now() * 1000;
    // `--now` is when the view starts; time goes on from there.
    const now = (): number => options.now + Date.now() * 1000 - started;
    const withStore = oneAtATime(io, options);
    await withStore(async () => undefined);
    const window = (store: Store) => chooseWindow(store, { ...options, now: now() });
    const server = await startWebServer({ data: options.data, now, withStore, chooseWindow: window }, options.port);
    io.out(`${server.url}\n`);
    io.err('Ctrl-C ends it.\n');
    await interrupted();
    await server.close();
    return 0;
  },
};

/** The store is open only while it is asked, so that other commands can use it in between. */
function oneAtATime(io: Io, options: DataOptions): <T>(work: (store: Store) => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  const run = async <T>(work: (store: Store) => Promise<T>): Promise<T> => {
    const store = await openIngested(options, io);
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  };
  return (work) => {
    const next = last.then(() => run(work));
    last = next.catch(() => undefined);
    return next;
  };
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    const done = (): void => {
      for (const signal of signals) process.off(signal, done);
      resolve();
    };
    for (const signal of signals) process.on(signal, done);
  });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('Give a port from 0 to 65535.');
  return port;
}
