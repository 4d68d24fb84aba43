import { escapeTerminal } from '../report/escape.ts';
import { formatDuration, formatQuantity } from '../report/format.ts';
import type { LivePage, LiveView, ProcessView } from './live.ts';

const URL_LENGTH = 80;

/** The state of all crawlers in one line, for logs. */
export function liveLine({ atMs, processes, total, slowest, failures, skipped }: LiveView): string {
  const time = new Date(atMs).toISOString().slice(11, 19);
  if (processes.length === 0) return `${time} waiting for telemetry`;
  const running = processes.filter((process) => !process.quiet).length;
  return [
    `${time} up ${formatDuration(total.elapsedMs)}`,
    `${running} of ${processes.length} processes running`,
    ...figures(total),
    ...(total.stages.length > 0 ? [stageText(total.stages)] : []),
    ...(slowest[0] ? [`slowest ${formatDuration(slowest[0].durationMs)} ${shortUrl(slowest[0])}`] : []),
    ...(failures[0] ? [`last failure ${escapeTerminal(failures[0].note)} ${shortUrl(failures[0])}`] : []),
    ...(skipped > 0 ? [`${skipped} unreadable stretches skipped`] : []),
  ].join(' | ');
}

/** RAM, CPU, speed, outcomes, queue and cache, as short texts. */
export function figures(view: LiveView['total'] | ProcessView): readonly string[] {
  return [
    `RAM ${formatQuantity(view.memoryBytes, 'By')}`,
    `CPU ${formatQuantity(view.cpu, '1')}`,
    `${view.urlsPerSecond.toFixed(1)} URLs/s`,
    `${view.ok} ok, ${view.failed} errors, ${view.retried} retries`,
    `queue ${formatQuantity(view.queue, '{request}')}`,
    `cache ${formatQuantity(view.cacheHitRate, '1')}`,
  ];
}

/** Stages with how often they ended and how long they took. */
export function stageText(stages: ProcessView['stages']): string {
  return stages.map(({ stage, count, meanMs }) => `${escapeTerminal(stage)} ${count}x ${formatDuration(meanMs)}`).join(', ');
}

/** The view as one JSON object. */
export function liveJson(view: LiveView): object {
  const figuresOf = ({ stages, ...rest }: LiveView['total'] | ProcessView): object => ({
    ...snake(rest),
    stages: stages.map((stage) => snake(stage)),
  });
  return {
    at: new Date(view.atMs).toISOString(),
    total: figuresOf(view.total),
    processes: view.processes.map(figuresOf),
    slowest: view.slowest.map(snake),
    failures: view.failures.map(snake),
    skipped: view.skipped,
  };
}

function snake(object: object): object {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [
      key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value as unknown,
    ]),
  );
}

function shortUrl(page: LivePage): string {
  const url = escapeTerminal(page.url);
  return url.length > URL_LENGTH ? `${url.slice(0, URL_LENGTH - 1)}…` : url;
}
