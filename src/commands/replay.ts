import { InvalidArgumentError } from 'commander';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { CrawlscopeError } from '../errors.ts';
import { escapeTerminal } from '../report/escape.ts';
import { replay as run, type ReplayResult } from '../store/replay.ts';
import type { CliCommand, DataOptions, Io } from './command.ts';

/** The options of `crawlscope replay`. */
export interface ReplayCommandOptions extends DataOptions {
  readonly endpoint: URL;
  readonly rate: number;
  readonly header: Readonly<Record<string, string>>;
  readonly state?: string;
}

/** Problems shown to a person; `--json` has them all. */
const SHOWN = 10;

/** Sends recorded telemetry to another backend. */
export const replay: CliCommand<ReplayCommandOptions> = {
  usage: 'replay',
  summary: 'Send the OTLP files to an OTLP/HTTP endpoint: a new Jaeger, another backend; stopped, it goes on where it was',
  example: 'crawlscope replay --data .crawlscope/otlp --endpoint http://localhost:4318 --rate 2000',
  configure(command) {
    command
      .requiredOption('--endpoint <url>', 'base address, such as http://localhost:4318', parseEndpoint)
      .option('--rate <items>', 'spans, log records and metrics a second; 0: no limit', parseRate, 5000)
      .option('--header <name=value>', 'header of every request, repeatable', collectHeader, {})
      .option('--state <file>', 'what was sent to this endpoint (default: beside the data folder)');
  },
  async run(io, options) {
    const stop = new AbortController();
    const interrupt = (): void => stop.abort(interrupted());
    process.once('SIGINT', interrupt);
    try {
      const result = await run({
        data: options.data,
        endpoint: options.endpoint,
        headers: options.header,
        rate: options.rate,
        state: options.state ?? defaultState(options),
        signal: stop.signal,
        onProgress: ({ items, bytes, totalBytes }) => io.progress(`sent ${items} items, ${bytes} of at most ${totalBytes} bytes`),
      });
      io.progress('');
      if (options.json) io.out(`${JSON.stringify(result)}\n`);
      else print(io, result);
      return result.rejected.length > 0 || result.refusedItems > 0 ? 1 : 0;
    } catch (error) {
      throw stop.signal.aborted ? interrupted() : error;
    } finally {
      process.off('SIGINT', interrupt);
    }
  },
};

function print(io: Io, { files, requests, items, bytes, refusedItems, rejected, skipped }: ReplayResult): void {
  io.out(`Sent ${items} items in ${requests} requests (${bytes} bytes) from ${files} files.\n`);
  if (refusedItems > 0) io.out(`The endpoint left out ${refusedItems} items of requests that it took.\n`);
  printStretches(io, 'Rejected by the endpoint', rejected);
  printStretches(io, 'Skipped as unreadable', skipped);
}

function printStretches(io: Io, title: string, stretches: readonly { file: string; offset: number; reason: string }[]): void {
  if (stretches.length === 0) return;
  io.out(`${title}: ${stretches.length}\n`);
  for (const { file, offset, reason } of stretches.slice(0, SHOWN)) {
    io.out(`  ${escapeTerminal(file)} at byte ${offset}: ${escapeTerminal(reason)}\n`);
  }
  if (stretches.length > SHOWN) io.out(`  and ${stretches.length - SHOWN} more: see --json\n`);
}

function defaultState({ data, endpoint }: ReplayCommandOptions): string {
  const key = createHash('sha256').update(endpoint.href).digest('hex').slice(0, 12);
  return join(dirname(data), `replay-${key}.json`);
}

function interrupted(): CrawlscopeError {
  return new CrawlscopeError('INTERRUPTED', 'interrupted', 'Run the same command again: it goes on where it stopped.');
}

function parseEndpoint(text: string): URL {
  const endpoint = URL.canParse(text) ? new URL(text) : undefined;
  if (!endpoint || !/^https?:$/.test(endpoint.protocol))
    throw new InvalidArgumentError('Give an address such as http://localhost:4318.');
  endpoint.pathname = endpoint.pathname.replace(/\/v1\/(traces|logs|metrics)\/?$/, '');
  return endpoint;
}

function parseRate(text: string): number {
  const rate = Number(text);
  if (text.trim() === '' || !Number.isFinite(rate) || rate < 0)
    throw new InvalidArgumentError('Give a number of items a second, such as 2000.');
  return rate;
}

function collectHeader(text: string, headers: Readonly<Record<string, string>>): Record<string, string> {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+)\s*[=:]\s*(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Give a header as name=value.');
  return { ...headers, [name]: value };
}
