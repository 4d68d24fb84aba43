import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scheduleFiles } from '../../src/monitor/schedule.ts';

/** A path that systemd would take apart. */
const HOSTILE = 'it\'s 100% $HOME "q" \\ `x`';
let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'crawlscope-'))));
afterEach(() => rm(folder, { recursive: true }));

const settings = (data = 'otlp') => ({ folder, command: join(folder, 'crawlscope'), data, store: 'store.duckdb', at: '06:05' });

describe('systemd', () => {
  test('units are what systemd expects', async () => {
    await writeFile(join(folder, 'crawlscope'), '#!/bin/sh\n', { mode: 0o755 });
    const files = scheduleFiles('systemd', settings(HOSTILE));
    expect(files.map((file) => file.name)).toEqual([
      'crawlscope-health.service',
      'crawlscope-health.timer',
      'crawlscope-report.service',
      'crawlscope-report.timer',
    ]);
    const units = join(folder, 'units');
    await mkdir(units);
    for (const file of files) await writeFile(join(units, file.name), file.text);
    const timers = files.filter((file) => file.name.endsWith('.timer')).map((file) => join(units, file.name));
    const { stdout, stderr } = await promisify(execFile)('systemd-analyze', ['verify', ...timers]);
    expect(`${stdout}${stderr}`.split('\n').filter((line) => line.includes('crawlscope'))).toEqual([]);
  });

  test('timers go off daily and on Mondays', () => {
    const calendars = scheduleFiles('systemd', settings()).flatMap((file) => /^OnCalendar=(.*)$/m.exec(file.text)?.[1] ?? []);
    const next = calendars.map((calendar) =>
      execFileSync('systemd-analyze', ['calendar', '--base-time', '2026-11-24 00:00:00 UTC', calendar], {
        encoding: 'utf8',
        env: { ...process.env, TZ: 'UTC' },
      }),
    );
    expect(next[0]).toContain('Tue 2026-11-24 06:05:00 UTC');
    expect(next[1]).toContain('Mon 2026-11-30 06:05:00 UTC');
  });
});
