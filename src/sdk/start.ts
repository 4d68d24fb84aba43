import { DiagLogLevel, diag } from '@opentelemetry/api';
import { getStringFromEnv } from '@opentelemetry/core';
import { configureRedaction } from '../crawl/url.ts';
import { installInstrumentation } from '../instrumentation/install.ts';
import { loadConfig } from './config.ts';
import { warnOnce } from './dropped.ts';
import { observeProcesses, observeStores } from './gauges.ts';
import { startHostMetrics } from './host-metrics.ts';
import { publishSelfCheck } from './self-check.ts';
import { startTelemetry } from './setup.ts';
import { flushAtExit } from './shutdown.ts';
import { loadedModules } from './traps.ts';

/** Starts all of it: telemetry as configured, the flush at exit, the metrics of host and stores, the instrumentation. */
export async function start(): Promise<void> {
  const early = loadedModules();
  showWarnings();
  const loaded = await loadConfig(process.cwd());
  const { config, directory } = loaded;
  configureRedaction({ parameters: config.redact ?? [] });
  const telemetry = startTelemetry(config);
  flushAtExit(telemetry);
  startHostMetrics();
  observeProcesses();
  observeStores(config.stores ?? {});
  const instrumentation = await installInstrumentation({ stages: config.stages, baseDir: directory });
  publishSelfCheck({ loaded, telemetry, instrumentation, early });
}

/** OpenTelemetry logs nothing unless `OTEL_LOG_LEVEL` is set; what crawlscope itself warns of is shown all the same. */
function showWarnings(): void {
  if (getStringFromEnv('OTEL_LOG_LEVEL') !== undefined) return;
  const show = (message: string): void => {
    if (message.startsWith('crawlscope: ')) warnOnce(message, message.slice('crawlscope: '.length));
  };
  const hide = (): void => {};
  diag.setLogger({ error: show, warn: show, info: hide, debug: hide, verbose: hide }, { logLevel: DiagLogLevel.WARN });
}
