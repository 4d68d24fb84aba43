import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Option } from 'commander';
import { CrawlscopeError, errorMessage } from '../errors.ts';
import { type Scheduler, scheduleFiles, SCHEDULERS } from '../monitor/schedule.ts';
import type { CliCommand, DataOptions } from './command.ts';

interface Options extends Pick<DataOptions, 'data' | 'store'> {
  readonly at: string;
  readonly command: string;
  readonly write?: string;
}

/** `crawlscope schedule`. */
export const schedule: CliCommand<Options> = {
  usage: 'schedule <scheduler>',
  summary: `Print ready files for daily health and the weekly report: ${SCHEDULERS.join(', ')}.`,
  example: 'crawlscope schedule systemd --at 06:00 --write ~/.config/systemd/user',
  configure(command) {
    command
      .addOption(new Option('--at <time>', 'time of day').default('06:00'))
      .addOption(new Option('--command <command>', 'how crawlscope is started').default('npx crawlscope'))
      .option('--write <folder>', 'write the files there; none is overwritten');
  },
  async run(io, options, [name]) {
    const scheduler = SCHEDULERS.find((known): known is Scheduler => known === name);
    if (scheduler === undefined) {
      throw new CrawlscopeError(
        'UNKNOWN_SCHEDULER',
        `there is no scheduler ${JSON.stringify(name)}`,
        `Use one of: ${SCHEDULERS.join(', ')}.`,
      );
    }
    // A workflow runs elsewhere: there, paths count from the repository.
    const place =
      scheduler === 'github' ? (path: string) => path : (path: string) => (path.includes('://') ? path : resolve(path));
    const files = scheduleFiles(scheduler, {
      folder: process.cwd(),
      command: options.command,
      data: place(options.data),
      store: place(options.store),
      at: options.at,
    });
    for (const file of files) {
      if (options.write === undefined) io.out(files.length > 1 ? `# ${file.name}\n${file.text}\n` : file.text);
      else io.out(`${await writeNew(join(options.write, file.name), file.text)}\n`);
    }
    return 0;
  },
};

async function writeNew(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { flag: 'wx' }).catch((cause: unknown) => {
    throw new CrawlscopeError(
      'NOT_WRITTEN',
      `cannot write ${path}: ${errorMessage(cause)}`,
      'Remove it, or give another folder with --write.',
      { cause },
    );
  });
  return path;
}
