import { getBooleanFromEnv } from '@opentelemetry/core';
import { configureRedaction } from './crawl/url.ts';
import { errorMessage } from './errors.ts';
import { installInstrumentation } from './instrumentation/install.ts';
import { loadConfig } from './sdk/config.ts';
import { warnOnce } from './sdk/dropped.ts';
import { observeProcesses, observeStores } from './sdk/gauges.ts';
import { startHostMetrics } from './sdk/host-metrics.ts';
import { startTelemetry } from './sdk/setup.ts';
import { flushAtExit } from './sdk/shutdown.ts';

/** `node --import crawlscope/register app.js`: starts telemetry and instruments what is loaded from here on. */
const LOADED = Symbol.for('crawlscope.registered');
const registry = globalThis as Record<symbol, unknown>;

if (registry[LOADED] === true) {
  warnOnce('registered', 'crawlscope/register is loaded twice; the second one does nothing');
} else if (!getBooleanFromEnv('OTEL_SDK_DISABLED')) {
  registry[LOADED] = true;
  try {
    await register();
  } catch (error) {
    warnOnce('register', `telemetry could not be started, the application runs without it: ${errorMessage(error)}`);
  }
}

async function register(): Promise<void> {
  const { config, directory } = await loadConfig(process.cwd());
  configureRedaction({ parameters: config.redact ?? [] });
  flushAtExit(startTelemetry(config));
  startHostMetrics();
  observeProcesses();
  observeStores(config.stores ?? {});
  await installInstrumentation({ stages: config.stages, baseDir: directory });
}
