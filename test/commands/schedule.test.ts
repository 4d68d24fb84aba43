import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CronExpressionParser } from 'cron-parser';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { scheduleFiles } from '../../src/monitor/schedule.ts';
import { runCli } from '../monitor/run-cli.ts';

/** Paths and a program that a shell and cron would each take apart. */
const HOSTILE = 'it\'s 100% $HOME "q" \\ `x`';
let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'crawlscope-'))));
afterEach(() => rm(folder, { recursive: true }));

const settings = (data = 'otlp', at = '06:05') => ({
  folder,
  command: join(folder, 'crawlscope'),
  data,
  store: 'store.duckdb',
  at,
});

/** A program in place of crawlscope that writes down its arguments. */
async function makeProgram() {
  await writeFile(join(folder, 'crawlscope'), `#!/bin/sh\nfor word in "$@"; do printf '%s\\n' "$word"; done > ${folder}/words\n`);
  await chmod(join(folder, 'crawlscope'), 0o755);
}
const words = async () => (await readFile(join(folder, 'words'), 'utf8')).trimEnd().split('\n');

const cronLines = (data?: string) =>
  scheduleFiles('cron', settings(data))[0]
    ?.text.split('\n')
    .filter((line) => line && !line.startsWith('#')) ?? [];

describe('cron', () => {
  test('checks health every day and writes the report on Mondays', () => {
    const next = cronLines().map((line) => {
      const dates = CronExpressionParser.parse(line.split(' ').slice(0, 5).join(' '), {
        currentDate: '2026-11-24T00:00:00Z',
        tz: 'UTC',
      });
      return [dates.next().toISOString(), dates.next().toISOString()];
    });
    expect(next).toEqual([
      ['2026-11-24T06:05:00.000Z', '2026-11-25T06:05:00.000Z'],
      ['2026-11-30T06:05:00.000Z', '2026-12-07T06:05:00.000Z'],
    ]);
  });

  test('runs the command as cron runs it, whatever the paths are called', async () => {
    await makeProgram();
    // Cron turns an escaped per cent sign back, and an unescaped one into a line break.
    const command = (cronLines(HOSTILE)[0] ?? '').split(' ').slice(5).join(' ');
    expect(command.replaceAll('\\%', '')).not.toContain('%');
    execFileSync('/bin/sh', ['-c', command.replaceAll('\\%', '%')]);
    expect(await words()).toEqual(['health', '--data', HOSTILE, '--store', 'store.duckdb']);
  });
});

describe('GitHub Actions', () => {
  test('the workflow parses and runs both commands', () => {
    const [file] = scheduleFiles('github', settings(HOSTILE));
    const workflow = parse(file?.text ?? '') as {
      on: { schedule: { cron: string }[] };
      jobs: { crawlscope: { steps: { run?: string }[] } };
    };
    expect(workflow.on.schedule.map(({ cron }) => CronExpressionParser.parse(cron).stringify())).toEqual(['5 6 * * *']);
    const runs = workflow.jobs.crawlscope.steps.flatMap((step) => step.run ?? []);
    expect(runs).toEqual(['npm ci', expect.stringContaining(' health --data '), expect.stringContaining(' report --data ')]);
    for (const run of runs) execFileSync('/bin/sh', ['-n', '-c', run]);
  });
});

describe('the command', () => {
  test('prints a schedule with the paths made absolute', async () => {
    const { code, out } = await runCli('schedule', 'cron', '--data', 'some/otlp', '--at', '23:59');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^59 23 \\* \\* \\* cd .* npx crawlscope health --data ${process.cwd()}/some/otlp `, 'm'));
  });

  test('writes the files, and never over others', async () => {
    const target = join(folder, 'units');
    expect((await runCli('schedule', 'systemd', '--write', target)).out.trim().split('\n')).toHaveLength(4);
    expect(await runCli('schedule', 'systemd', '--write', target)).toMatchObject({
      code: 2,
      err: expect.stringContaining('EEXIST'),
    });
  });

  test.each([
    [['schedule', 'launchd'], /cron, systemd, github/],
    [['schedule', 'cron', '--at', '25:00'], /no time of day/],
    [['schedule', 'cron', '--data', 'a\nb'], /line break/],
  ])('refuses %j', async (argv, message) => {
    expect(await runCli(...argv)).toMatchObject({ code: 2, err: expect.stringMatching(message) });
  });
});
