import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSite } from '../../examples/semantic-crawler/site.ts';
import { startCollector, TOKEN, type Collector } from '../programs/collector.ts';
import { jaegerPorts, startJaeger, type Jaeger } from '../programs/jaeger.ts';
import { monitoringPorts, startAlertmanager, startPrometheus, type Server } from '../programs/monitoring.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
/** `service.name` of the crawl that the suite looks for. */
export const SERVICE = 'e2e-crawler';

/** All programs, running, and one crawl of the example that has gone through them. */
export interface Stack {
  readonly directory: string;
  readonly siteUrl: string;
  readonly collector: Collector;
  readonly jaeger: Jaeger;
  readonly prometheus: Server;
  readonly alertmanager: Server;
  /** What the crawler itself wrote, beside what it sent. */
  readonly ownFiles: string;
  readonly close: () => Promise<void>;
}

/** Starts everything on free loopback ports and crawls the example's site. */
export async function startStack(): Promise<Stack> {
  const directory = mkdtempSync(join(tmpdir(), 'crawlscope-e2e-'));
  const [ports, monitoring] = await Promise.all([jaegerPorts(), monitoringPorts()]);
  const at = (name: string) => join(directory, name);
  const jaeger = await startJaeger(at('jaeger'), ports, `http://127.0.0.1:${monitoring.prometheus}`);
  const collector = await startCollector({ directory: at('collector'), env: { JAEGER_ENDPOINT: jaeger.otlpAddress } });
  const alertmanager = await startAlertmanager(at('alertmanager'), monitoring.alertmanager);
  const prometheus = await startPrometheus(at('prometheus'), monitoring.prometheus, {
    crawl: collector.metricsAddress,
    collector: collector.selfAddress,
    jaeger: jaeger.metricsAddress,
    prometheus: `127.0.0.1:${monitoring.prometheus}`,
    alertmanager: `127.0.0.1:${monitoring.alertmanager}`,
  });
  const site = await startSite(join(ROOT, 'node_modules'), { pages: 100, port: 0 });
  try {
    await crawl(site.url, directory, collector);
  } finally {
    await site.close();
  }
  const programs = [prometheus, alertmanager, collector, jaeger];
  const close = async () => {
    for (const program of programs) await program.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return { directory, siteUrl: site.url, collector, jaeger, prometheus, alertmanager, ownFiles: at('own/otlp'), close };
}

async function crawl(start: string, directory: string, collector: Collector): Promise<void> {
  const example = join(ROOT, 'examples/semantic-crawler/crawl.ts');
  const child = spawn(
    process.execPath,
    ['--import', 'crawlscope/register', example, '--start', start, '--max-pages', '150', '--timeout', '3'],
    {
      cwd: join(ROOT, 'examples/semantic-crawler'),
      env: {
        ...process.env,
        OTEL_SERVICE_NAME: SERVICE,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.otlpUrl,
        OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer ${TOKEN}`,
        OTEL_METRIC_EXPORT_INTERVAL: '1000',
        CRAWLSCOPE_DIR: join(directory, 'own'),
        CRAWLEE_STORAGE_DIR: join(directory, 'crawlee'),
        VECTOR_STORE: join(directory, 'vectors'),
        CRAWLEE_LOG_LEVEL: 'OFF',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the example crawler ended with ${code}: ${output.slice(-2000)}`);
}
