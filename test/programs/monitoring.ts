import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { freePorts, startProgram, type RunningProgram } from './process.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

/** A server with an HTTP address. */
export interface Server extends RunningProgram {
  readonly url: string;
}

/** The ports of Prometheus and Alertmanager, so that others can be told before these run. */
export async function monitoringPorts() {
  return freePorts('prometheus', 'alertmanager');
}

/** Starts Alertmanager with the product's routes. */
export async function startAlertmanager(directory: string, port: string): Promise<Server> {
  mkdirSync(directory, { recursive: true });
  const url = `http://127.0.0.1:${port}`;
  const running = await startProgram({
    command: 'prometheus-alertmanager',
    args: [
      `--config.file=${join(ROOT, 'alertmanager/config.yml')}`,
      `--storage.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    logFile: join(directory, 'alertmanager.log'),
    readyUrl: `${url}/-/ready`,
  });
  return { ...running, url };
}

/**
 * Starts Prometheus with the product's configuration and rules. Only the addresses in targets/ are other ones, and every clock (the
 * scrape, the evaluation, the `for` of alerts) is a second, so that a test need not wait for minutes.
 */
export async function startPrometheus(
  directory: string,
  port: string,
  targets: Readonly<Record<string, string>>,
): Promise<Server> {
  cpSync(join(ROOT, 'prometheus'), directory, { recursive: true });
  for (const [name, address] of Object.entries(targets))
    writeFileSync(join(directory, 'targets', `${name}.yml`), stringify([{ targets: [address] }]));
  rewrite(join(directory, 'prometheus.yml'), (config) => {
    config.global = { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' };
  });
  for (const file of readdirSync(join(directory, 'rules'))) rewrite(join(directory, 'rules', file), hurry);
  const url = `http://127.0.0.1:${port}`;
  const running = await startProgram({
    command: 'prometheus',
    args: [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
    ],
    logFile: join(directory, 'prometheus.log'),
    readyUrl: `${url}/-/ready`,
  });
  return { ...running, url };
}

/** The result of an instant query. */
export async function query(
  prometheus: Server,
  expression: string,
): Promise<readonly { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] }[]> {
  const response = await fetch(`${prometheus.url}/api/v1/query?${new URLSearchParams({ query: expression })}`);
  const answer = (await response.json()) as {
    status: string;
    error?: string;
    data: { result: Awaited<ReturnType<typeof query>> };
  };
  if (answer.status !== 'success') throw new Error(`${expression}: ${answer.error}`);
  return answer.data.result;
}

interface ConfigFile {
  global?: object;
  groups?: { interval?: string; rules: { for?: string }[] }[];
}

function hurry(file: ConfigFile): void {
  for (const group of file.groups ?? []) {
    group.interval = '1s';
    for (const rule of group.rules) if (rule.for !== undefined) rule.for = '1s';
  }
}

function rewrite(file: string, change: (content: ConfigFile) => void): void {
  const content = parse(readFileSync(file, 'utf8'), { merge: true }) as ConfigFile;
  change(content);
  writeFileSync(file, stringify(content));
}
