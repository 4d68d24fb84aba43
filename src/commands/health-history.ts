import Table from 'cli-table3';
import { InvalidArgumentError, Option } from 'commander';
import { readHealthHistory } from '../monitor/health-record.ts';
import { number } from '../monitor/readings.ts';
import { escapeTerminal } from '../report/escape.ts';
import { openIngested } from '../store/open.ts';
import type { CliCommand, DataOptions } from './command.ts';

interface Options extends DataOptions {
  readonly last: number;
}

/** `crawlscope health history`. */
export const healthHistory: CliCommand<Options> = {
  usage: 'health history',
  summary: 'Show the recorded health checks, newest first.',
  example: 'crawlscope health history --last 30',
  configure: (command) => void command.addOption(new Option('--last <count>', 'how many').argParser(parseCount).default(14)),
  async run(io, options) {
    const store = await openIngested(options, io);
    const past = await readHealthHistory(store, options.now, options.last);
    await store.close();
    if (options.json) {
      const checks = past.map(({ atUs, ...rest }) => ({ at: new Date(atUs / 1000).toISOString(), ...rest }));
      io.out(`${JSON.stringify({ checks }, null, 2)}\n`);
      return 0;
    }
    if (past.length === 0) {
      io.out('No health check was recorded yet: run crawlscope health.\n');
      return 0;
    }
    const ids = [...new Set(past.flatMap((entry) => Object.keys(entry.checks)))];
    const table = new Table({
      head: ['time', 'health', ...ids.map(escapeTerminal)],
      style: io.colors ? {} : { head: [], border: [] },
    });
    for (const { atUs, status, checks } of past) {
      const cells = ids.map((id) => {
        const check = checks[id];
        return check === undefined ? '' : `${check.status} ${number(check.value)}`;
      });
      table.push([new Date(atUs / 1000).toISOString().slice(0, 16), status, ...cells]);
    }
    io.out(`${table.toString()}\n`);
    return 0;
  },
};

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('Give a whole number above 0.');
  return count;
}
