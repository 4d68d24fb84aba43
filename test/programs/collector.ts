import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programsDirectory } from './build.ts';
import { freePorts, startProgram, type RunningProgram } from './process.ts';

const CONFIGS = new URL('../../otel-collector/', import.meta.url).pathname;
/** The token that every collector of these suites wants. */
export const TOKEN = 'crawlscope-test-token';

/** A collector from the product's own configuration, in a directory of its own. */
export interface Collector extends RunningProgram {
  readonly otlpUrl: string;
  readonly metricsAddress: string;
  readonly selfAddress: string;
  readonly dataDir: string;
  /** The same collector again, on the same ports and files. */
  readonly restart: () => Promise<Collector>;
}

/** Where the collector works, what its environment overrides, and which overlays it loads. */
export interface CollectorOptions {
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly overlays?: readonly string[];
  /** Runs the collector by another program, such as a shell that sets a limit first. */
  readonly wrap?: (command: readonly string[]) => readonly string[];
}

/** Starts the collector on free ports. */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const ports = await freePorts('OTLP_GRPC_PORT', 'OTLP_HTTP_PORT', 'HEALTH_PORT', 'METRICS_PORT', 'SELF_METRICS_PORT');
  mkdirSync(options.directory, { recursive: true });
  return launch(options, ports);
}

/** The files below a directory that contain a text. */
export async function filesWith(directory: string, text: string): Promise<readonly string[]> {
  const words = ['--recursive', '--files-with-matches', '--text', '--fixed-strings', '--', text, directory];
  // grep skips the holes of files that a database has laid out in advance; it ends with 1 where nothing is found.
  const { stdout } = await promisify(execFile)('grep', words).catch((error: { code: number; stdout: string }) => {
    if (error.code !== 1) throw error;
    return error;
  });
  return stdout.split('\n').filter(Boolean);
}

async function launch(options: CollectorOptions, ports: Readonly<Record<string, string>>): Promise<Collector> {
  const { directory, overlays = [] } = options;
  const dataDir = join(directory, 'data');
  const tokenFile = join(directory, 'token');
  writeFileSync(tokenFile, `${TOKEN}\n`);
  const files = ['config.yaml', ...overlays];
  const command = [
    join(programsDirectory(), 'otelcol-crawlscope'),
    ...files.flatMap((file) => ['--config', join(CONFIGS, file)]),
  ];
  const [program = '', ...args] = options.wrap?.(command) ?? command;
  const running = await startProgram({
    command: program,
    args,
    env: {
      ...ports,
      OTLP_TOKEN_FILE: tokenFile,
      DATA_DIR: dataDir,
      QUEUE_DIR: join(directory, 'queue'),
      SPAN_METRICS_INTERVAL: '1s',
      ...options.env,
    },
    logFile: join(directory, 'collector.log'),
    readyUrl: `http://127.0.0.1:${ports.HEALTH_PORT}/healthz`,
  });
  return {
    ...running,
    dataDir,
    otlpUrl: `http://127.0.0.1:${ports.OTLP_HTTP_PORT}`,
    metricsAddress: `127.0.0.1:${ports.METRICS_PORT}`,
    selfAddress: `127.0.0.1:${ports.SELF_METRICS_PORT}`,
    restart: async () => launch(options, ports),
  };
}
