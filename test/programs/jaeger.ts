import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { programsDirectory } from './build.ts';
import { freePorts, startProgram, type RunningProgram } from './process.ts';

const CONFIGS = new URL('../../jaeger/', import.meta.url).pathname;

/** A Jaeger from the product's own configuration. */
export interface Jaeger extends RunningProgram {
  readonly otlpAddress: string;
  readonly queryUrl: string;
  readonly metricsAddress: string;
  readonly restart: () => Promise<Jaeger>;
}

/** A trace as the query API answers it. */
export interface JaegerTrace {
  readonly traceID: string;
  readonly spans: readonly { readonly spanID: string; readonly operationName: string }[];
}

/** The ports a Jaeger will use, so that a collector can be told before Jaeger runs. */
export async function jaegerPorts() {
  return freePorts('JAEGER_OTLP_PORT', 'JAEGER_QUERY_PORT', 'JAEGER_GRPC_PORT', 'JAEGER_HEALTH_PORT', 'JAEGER_METRICS_PORT');
}

/** Starts Jaeger on these ports; its traces stay in the directory. */
export async function startJaeger(
  directory: string,
  ports: Awaited<ReturnType<typeof jaegerPorts>>,
  prometheusUrl = 'http://127.0.0.1:9',
): Promise<Jaeger> {
  mkdirSync(directory, { recursive: true });
  const running = await startProgram({
    command: join(programsDirectory(), 'jaeger'),
    args: ['--config', join(CONFIGS, 'config.yaml')],
    env: {
      ...ports,
      BADGER_DIR: join(directory, 'badger'),
      JAEGER_UI_CONFIG: join(CONFIGS, 'ui.json'),
      PROMETHEUS_URL: prometheusUrl,
    },
    logFile: join(directory, 'jaeger.log'),
    readyUrl: `http://127.0.0.1:${ports.JAEGER_HEALTH_PORT}/status`,
  });
  return {
    ...running,
    otlpAddress: `127.0.0.1:${ports.JAEGER_OTLP_PORT}`,
    queryUrl: `http://127.0.0.1:${ports.JAEGER_QUERY_PORT}`,
    metricsAddress: `127.0.0.1:${ports.JAEGER_METRICS_PORT}`,
    restart: async () => startJaeger(directory, ports, prometheusUrl),
  };
}

/** The traces of a service, newest first, by tags such as `{ 'url.full': '...' }`. */
export async function findTraces(
  jaeger: Pick<Jaeger, 'queryUrl'>,
  service: string,
  options: { readonly tags?: Readonly<Record<string, string>>; readonly limit?: number } = {},
): Promise<readonly JaegerTrace[]> {
  const { tags = {}, limit = 20 } = options;
  const query = new URLSearchParams({ service, tags: JSON.stringify(tags), limit: String(limit), lookback: '24h' });
  const answer = (await (await fetch(`${jaeger.queryUrl}/api/traces?${query}`)).json()) as { data: JaegerTrace[] | null };
  return answer.data ?? [];
}
