/**
 * CPU time and bytes that the collector of this project needs for a page of six spans: receive, check the token, redact, batch, write
 * to a file and make metrics. `node bench/collector.ts [megabytes]` (the e2e suite builds the collector); prints JSON.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { programsDirectory } from '../test/programs/build.ts';
import { writeCrawlTraces } from './crawl-traces.ts';

const SPANS_A_PAGE = 6;
/** Clock ticks a second of `/proc`, which Linux fixes for programs. */
const TICKS = 100;

const TOKEN = 'crawlscope-bench-token';
const PORTS = ['OTLP_GRPC_PORT', 'OTLP_HTTP_PORT', 'HEALTH_PORT', 'METRICS_PORT', 'SELF_METRICS_PORT'];
const FIRST_PORT = 24_000 + (process.pid % 6000) * 5;

const folder = mkdtempSync(join(tmpdir(), 'crawlscope-bench-'));
const dataDir = join(folder, 'data');
const collector = await start();
try {
  const file = join(folder, 'traces.jsonl');
  const input = await writeCrawlTraces(file, Number(process.argv[2] ?? 60) * 1e6);
  const before = cpuSeconds(collector.pid!);
  const handle = await open(file);
  for await (const body of handle.readLines()) {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` };
    const response = await fetch(`http://127.0.0.1:${FIRST_PORT + 1}/v1/traces`, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(`the collector answered ${response.status}: ${await response.text()}`);
    await response.text();
  }
  const pages = input.spans / SPANS_A_PAGE;
  const cpu = cpuSeconds(collector.pid!) - before;
  const bytes = sizeOf(dataDir);
  console.log(
    JSON.stringify({
      pages,
      cpuSecondsPerMillionPages: Math.round((cpu / pages) * 1e6),
      sentBytesPerPage: Math.round(input.bytes / pages),
      fileBytesPerPage: Math.round(bytes / pages),
    }),
  );
} finally {
  collector.kill();
  rmSync(folder, { recursive: true, force: true });
}

async function start() {
  for (const directory of [dataDir, join(folder, 'queue')]) mkdirSync(directory);
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, `${TOKEN}\n`);
  const env = {
    ...process.env,
    ...Object.fromEntries(PORTS.map((name, index) => [name, String(FIRST_PORT + index)])),
    OTLP_TOKEN_FILE: tokenFile,
    DATA_DIR: dataDir,
    QUEUE_DIR: join(folder, 'queue'),
    JAEGER_ENDPOINT: '127.0.0.1:1',
  };
  const config = join(import.meta.dirname, '..', 'otel-collector', 'config.yaml');
  const started = spawn(join(programsDirectory(), 'otelcol-crawlscope'), ['--config', config], { env, stdio: 'ignore' });
  for (let tries = 0; tries < 100; tries++) {
    const ready = await fetch(`http://127.0.0.1:${FIRST_PORT + 2}/healthz`).catch(() => undefined);
    if (ready?.ok) return started;
    await sleep(100);
  }
  started.kill();
  throw new Error('the collector was not ready within ten seconds');
}

function cpuSeconds(pid: number): number {
  // User and system time are the 14th and 15th field; the name, the 2nd, may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

function sizeOf(directory: string): number {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
