import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../src/cli.ts';
import { writeTelemetry } from '../fixtures/generate/generate.ts';
import { listDomains } from '../fixtures/generate/site.ts';
import { type Plan, QUIET_PLAN } from '../fixtures/generate/plan.ts';

/** Runs one command line in this process. */
export async function runCli(...argv: readonly string[]) {
  let [out, err] = ['', ''];
  const code = await main(argv, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    colors: false,
    progress: () => undefined,
  });
  return { code, out, err };
}

/** Eight quiet days and a ninth on which every domain times out; each day has one crawl, from 02:00 to 03:00. */
const BAD_DAY: Plan = {
  ...QUIET_PLAN,
  from: '2026-11-14',
  days: 10,
  pagesPerDay: 120,
  incidents: listDomains(QUIET_PLAN).map((domain) => ({ domain, errorType: 'timeout', rate: 0.7, fromDay: 8, toDay: 9 })),
};
export const BAD_TIME = '2026-11-22T02:50:00Z';
export const GOOD_TIME = '2026-11-23T02:50:00Z';

/** A folder with the telemetry of `plan`, and the options that point a command at it. */
export async function makeData(plan: Plan = BAD_DAY) {
  const folder = await mkdtemp(join(tmpdir(), 'crawlscope-'));
  const truth = await writeTelemetry(join(folder, 'otlp'), plan);
  return {
    folder,
    truth,
    options: ['--data', join(folder, 'otlp'), '--store', join(folder, 'store.duckdb')],
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
