import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

/** A span as `fixtures/own-sdk.mjs` writes it. */
export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  start: number;
  end: number;
  attributes: Record<string, unknown>;
  events: { name: string; attributes: Record<string, unknown> }[];
  links: { spanId: string; attributes: Record<string, unknown> }[];
  error: boolean;
}

/** What a child process did. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
  spans: Span[];
}

/** A directory that is removed when the test is over. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'crawlscope-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Runs a fixture in a process of its own, with an SDK that is set up by the user and crawlscope's instrumentation. */
export async function runFixture(name: string, env: Record<string, string> = {}, args: string[] = []): Promise<Outcome> {
  const directory = await temporaryDirectory();
  const spansFile = join(directory, 'spans.jsonl');
  const preload = join(import.meta.dirname, 'fixtures/own-sdk.mjs');
  const command = [...args, '--import', preload, resolve(import.meta.dirname, 'fixtures', name)];
  const defaults = { SPANS_FILE: spansFile, STORAGE: join(directory, 'storage'), CRAWLEE_LOG_LEVEL: 'ERROR' };
  const outcome = await runNode(command, { ...defaults, OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', ...env });
  return { ...outcome, spans: parseLines(await readFile(env['SPANS_FILE'] ?? spansFile, 'utf8').catch(() => '')) };
}

/** Runs Node to its end. */
export async function runNode(args: string[], env: Record<string, string>): Promise<Omit<Outcome, 'spans'>> {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, stdout, stderr };
}

function parseLines(text: string): Span[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Span);
}

/** The attempts at a URL that ends like this, first one first. */
export function pagesOf(spans: Span[], end: string): Span[] {
  const pages = spans.filter((span) => span.name === 'crawl.page' && String(span.attributes['url.full']).endsWith(end));
  return pages.toSorted((a, b) => Number(a.attributes['crawl.retry.count']) - Number(b.attributes['crawl.retry.count']));
}

/** The stages directly below a page or stage, in the order of their start. */
export function stagesOf(spans: Span[], parent: Span | undefined): Span[] {
  const stages = spans.filter((span) => span.name !== 'crawl.page' && span.traceId === parent?.traceId);
  const children = stages.filter((span) => span.parentSpanId === parent?.spanId);
  return children.toSorted((a, b) => a.start - b.start);
}
