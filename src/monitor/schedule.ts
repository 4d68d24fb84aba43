import { CrawlscopeError } from '../errors.ts';

/** What the daily and weekly jobs need to know. */
export interface ScheduleSettings {
  /** Folder the jobs run in. */
  readonly folder: string;
  /** The crawlscope command, such as `npx crawlscope`. */
  readonly command: string;
  readonly data: string;
  readonly store: string;
  /** Time of day, `06:00`, in the zone of the machine. */
  readonly at: string;
}

/** A file of a schedule and what to do with it. */
export interface ScheduleFile {
  readonly name: string;
  readonly text: string;
}

export const SCHEDULERS = ['cron', 'systemd', 'github'] as const;
export type Scheduler = (typeof SCHEDULERS)[number];

/** The files that make `scheduler` check health every day and write the report every Monday. */
export function scheduleFiles(scheduler: Scheduler, settings: ScheduleSettings): readonly ScheduleFile[] {
  for (const [name, value] of Object.entries(settings)) {
    if (/[\n\r\0]/.test(value)) throw new CrawlscopeError('BAD_SCHEDULE', `${name} holds a line break`, 'Give it on one line.');
  }
  if (scheduler === 'cron') return [cronFile(settings)];
  return scheduler === 'systemd' ? systemdFiles(settings) : [githubFile(settings)];
}

/** The two jobs: their command lines, with every path quoted for a POSIX shell. */
function jobs({ command, data, store }: ScheduleSettings) {
  const where = `--data ${quote(data)} --store ${quote(store)}`;
  return {
    health: `${command} health ${where}`,
    report: `${command} report ${where} --format html --out crawlscope-report.html`,
  };
}

function cronFile(settings: ScheduleSettings): ScheduleFile {
  const [hour, minute] = timeOf(settings.at);
  const { health, report } = jobs(settings);
  const enter = `cd ${quote(settings.folder)} &&`;
  const line = (when: string, job: string): string =>
    `${when} ${`${enter} ${job}`.replaceAll('%', '\\%')} >>crawlscope.log 2>&1\n`;
  return {
    name: 'crontab',
    text: `# Install with: crontab -e\n${line(`${minute} ${hour} * * *`, health)}${line(`${minute} ${hour} * * 1`, report)}`,
  };
}

function systemdFiles(settings: ScheduleSettings): readonly ScheduleFile[] {
  const { health, report } = jobs(settings);
  return [
    serviceFile('crawlscope-health', 'Check the health of the crawl', health, settings),
    timerFile('crawlscope-health', 'Check the health of the crawl every day', `*-*-* ${settings.at}:00`),
    serviceFile('crawlscope-report', 'Write the weekly report of the crawl', report, settings),
    timerFile('crawlscope-report', 'Write the report of the crawl every Monday', `Mon *-*-* ${settings.at}:00`),
  ];
}

function serviceFile(name: string, description: string, job: string, { folder }: ScheduleSettings): ScheduleFile {
  const script = `/bin/sh -c ${systemdQuote(job)}`;
  return {
    name: `${name}.service`,
    text: `[Unit]\nDescription=${description}\n\n[Service]\nType=oneshot\nWorkingDirectory=${folder.replaceAll('%', '%%')}\nExecStart=${script}\n`,
  };
}

function timerFile(name: string, description: string, when: string): ScheduleFile {
  return {
    name: `${name}.timer`,
    text: `[Unit]\nDescription=${description}\n\n[Timer]\nOnCalendar=${when}\nPersistent=true\nUnit=${name}.service\n\n[Install]\nWantedBy=timers.target\n`,
  };
}

function githubFile(settings: ScheduleSettings): ScheduleFile {
  const [hour, minute] = timeOf(settings.at);
  const { health, report } = jobs(settings);
  const text = `name: crawlscope
on:
  schedule:
    - cron: '${minute} ${hour} * * *'
  workflow_dispatch: {}
permissions:
  contents: read
jobs:
  crawlscope:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - run: npm ci
      # Bring the telemetry here first: restore a cache, or download it from where the crawler runs.
      - name: Check the health of the crawl
        run: ${JSON.stringify(`${health} --junit > crawlscope-health.xml`)}
      - name: Write the weekly report
        if: always()
        run: ${JSON.stringify(`if [ "$(date +%u)" = 1 ]; then ${report}; fi`)}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: crawlscope
          path: crawlscope-*
`;
  return { name: '.github/workflows/crawlscope.yml', text };
}

function timeOf(at: string): readonly [number, number] {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(at);
  if (match === null)
    throw new CrawlscopeError('BAD_SCHEDULE', `${JSON.stringify(at)} is no time of day`, 'Give one such as 06:00.');
  return [Number(match[1]), Number(match[2])];
}

function quote(text: string): string {
  return /^[\w./:@=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines */
function systemdQuote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;
}
