import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { expect, vi } from 'vitest';

/** A program that runs until it is stopped. */
export interface RunningProgram {
  readonly pid: number;
  readonly log: () => string;
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
}

/** What to start, and the URL that answers 2xx as soon as it is ready. */
export interface ProgramOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly readyUrl: string;
}

/** Starts a program and waits until it is ready; its output goes to the log file. */
export async function startProgram({ command, args, env, logFile, readyUrl }: ProgramOptions): Promise<RunningProgram> {
  const output = openSync(logFile, 'a');
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', output, output] });
  closeSync(output);
  const ended = once(child, 'exit').catch(() => {});
  const log = () => readFileSync(logFile, 'utf8');
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (isRunning()) child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
    await ended;
    clearTimeout(late);
  };
  try {
    await vi.waitFor(
      async () => {
        if (isRunning()) expect((await fetch(readyUrl)).ok).toBe(true);
      },
      { timeout: 60_000, interval: 100 },
    );
  } catch (error) {
    await stop('SIGKILL');
    throw new Error(`${command} was not ready at ${readyUrl}; its log ends: ${log().slice(-2000)}`, { cause: error });
  }
  if (!isRunning()) throw new Error(`${command} ended at once: ${log().slice(-2000)}`);
  return { pid: child.pid ?? 0, log, stop };
}

/** Ports of the loopback interface that nothing listens on now, all different. */
export async function freePorts<const Names extends readonly string[]>(...names: Names): Promise<Record<Names[number], string>> {
  const servers = await Promise.all(
    names.map(async (name) => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return { name, server, port: String((server.address() as AddressInfo).port) };
    }),
  );
  await Promise.all(servers.map(async ({ server }) => once(server.close(), 'close')));
  return Object.fromEntries(servers.map(({ name, port }) => [name, port])) as Record<Names[number], string>;
}
