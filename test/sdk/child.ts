import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = new URL('../../', import.meta.url);
/** The built `crawlscope/register`, by URL so that the child may run anywhere. */
export const REGISTER = new URL('dist/register.js', ROOT).href;

export interface ChildOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** `--import` entries; the register when left out. */
  readonly imports?: readonly string[];
  /** Command that starts Node, such as a shell that sets limits. */
  readonly command?: readonly string[];
  /** Sent as soon as the child printed `ready`. */
  readonly signal?: NodeJS.Signals;
}

/** Runs an app of `test/sdk/apps` (or any file) in a real process, to its end. */
export async function runApp(
  app: string,
  { args = [], env = {}, cwd, imports = [REGISTER], command = [], signal }: ChildOptions,
) {
  const path = app.startsWith('/') ? app : new URL(`test/sdk/apps/${app}`, ROOT).pathname;
  const flags = imports.flatMap((one) => ['--import', one]);
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(OTEL_|CRAWLSCOPE_|NODE_OPTIONS|VITEST)/.test(name)),
  );
  const [program = process.execPath, ...rest] = [...command, process.execPath, ...flags, path, ...args];
  const child = spawn(program, rest, { cwd, env: { ...clean, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const wasReady = stdout.includes('ready');
    stdout += chunk;
    if (!wasReady && stdout.includes('ready') && signal) child.kill(signal);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const { promise, resolve } = Promise.withResolvers<{ code: number | null; killedBy: NodeJS.Signals | null }>();
  child.on('close', (code, killedBy) => resolve({ code, killedBy }));
  return { ...(await promise), stdout, stderr };
}

/** A folder that is gone after the test. */
export function temporaryFolder(): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), 'crawlscope-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** All export requests of a signal, each line parsed; `folder` is the CRAWLSCOPE_DIR. */
export function readLines(folder: string, signal: 'traces' | 'metrics' | 'logs'): Record<string, never>[] {
  return filesOf(folder, signal).flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, never>),
  );
}

/** Files of a signal, oldest first. */
export function filesOf(folder: string, signal: string): string[] {
  const otlp = join(folder, 'otlp');
  const names = readdirSync(otlp).filter((name) => name.startsWith(`${signal}-`));
  return names.toSorted((a, b) => numberOf(a) - numberOf(b)).map((name) => join(otlp, name));
}

export interface JsonSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  startTimeUnixNano: string;
  kind: number;
  attributes: { key: string; value: Record<string, unknown> }[];
}

/** All spans on disk. */
export function readSpans(folder: string): JsonSpan[] {
  return readLines(folder, 'traces').flatMap((line) => {
    const { resourceSpans } = line as unknown as { resourceSpans: { scopeSpans: { spans: JsonSpan[] }[] }[] };
    return resourceSpans.flatMap((resource) => resource.scopeSpans.flatMap((scope) => scope.spans));
  });
}

/** Names of all metrics on disk. */
export function readMetrics(
  folder: string,
): { name: string; sum?: { dataPoints: Record<string, unknown>[] }; gauge?: { dataPoints: Record<string, unknown>[] } }[] {
  return readLines(folder, 'metrics').flatMap((line) => {
    const { resourceMetrics } = line as unknown as { resourceMetrics: { scopeMetrics: { metrics: { name: string }[] }[] }[] };
    return resourceMetrics.flatMap((resource) => resource.scopeMetrics.flatMap((scope) => scope.metrics));
  });
}

function numberOf(name: string): number {
  return Number(/-(\d+)\.jsonl$/.exec(name)?.[1]);
}
