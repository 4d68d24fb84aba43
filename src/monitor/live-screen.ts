import cliTruncate from 'cli-truncate';
import { escapeTerminal } from '../report/escape.ts';
import { formatDuration } from '../report/format.ts';
import type { LivePage, LiveView } from './live.ts';
import { figures, stageText } from './live-line.ts';

/** How text is set off on the screen. */
export interface ScreenStyle {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
}

/** The screen as exactly `rows` lines of at most `columns` cells. */
export function liveScreen(view: LiveView, columns: number, rows: number, style: ScreenStyle): readonly string[] {
  const head = [
    `${style.bold('crawlscope monitor')}  ${new Date(view.atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
    '',
    ...(view.processes.length === 0 ? ['Waiting for telemetry.'] : []),
    ...view.processes.flatMap((process) => [
      `${style.bold(`${escapeTerminal(process.name)} ${escapeTerminal(process.pid)}`)}  ${process.quiet ? style.dim('quiet') : `up ${formatDuration(process.elapsedMs)}`}`,
      `  ${figures(process).join('   ')}`,
      `  ${style.dim(stageText(process.stages) || 'no stage ended in the last 30 s')}`,
    ]),
  ];
  const unread = view.skipped > 0 ? `  ${view.skipped} unreadable stretches skipped: crawlscope ingest names them` : '';
  const footer = style.dim(`q quits${unread}`);
  const room = Math.max(rows - head.length - 1, 0);
  const slowest = section(
    'Slowest pages',
    view.slowest,
    style,
    (page) => `${formatDuration(page.durationMs).padStart(9)}  ${page.note}  ${page.url}`,
  );
  const failures = section(
    'Last failures',
    view.failures,
    style,
    (page) => `${new Date(page.atMs).toISOString().slice(11, 19)}  ${page.note} in ${page.stage ?? 'page'}  ${page.url}`,
  );
  const half = Math.ceil(room / 2);
  const body = [...slowest.slice(0, half), ...failures.slice(0, room - Math.min(half, slowest.length))];
  const lines = [...head.slice(0, Math.max(rows - 1, 0)), ...body];
  const filled = [...lines, ...Array.from({ length: Math.max(rows - 1 - lines.length, 0) }, () => ''), footer];
  return filled.slice(-rows).map((line) => cliTruncate(line, columns));
}

function section(
  title: string,
  pages: readonly LivePage[],
  style: ScreenStyle,
  describe: (page: LivePage) => string,
): readonly string[] {
  if (pages.length === 0) return [];
  return ['', style.bold(title), ...pages.map((page) => `  ${escapeTerminal(describe(page))}`)];
}
