import { errorMessage } from './errors.ts';

/** `node --import crawlscope/register app.js`: starts telemetry and instruments what is loaded from here on. */
const LOADED = Symbol.for('crawlscope.registered');
const OLDEST_NODE = [22, 15] as const;
const registry = globalThis as { [LOADED]?: number };

registry[LOADED] = (registry[LOADED] ?? 0) + 1;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (registry[LOADED] > 1) {
  warn('crawlscope/register is loaded twice; the second one does nothing');
} else if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  warn(`Node ${process.versions.node} is too old, ${OLDEST_NODE.join('.')} is needed; the application runs without telemetry`);
} else if (process.env['OTEL_SDK_DISABLED']?.trim().toLowerCase() !== 'true') {
  try {
    // Not before the version is known: an old Node cannot even load it.
    const { start } = await import('./sdk/start.ts');
    await start();
  } catch (error) {
    warn(`telemetry could not be started, the application runs without it: ${errorMessage(error)}`);
  }
}

function warn(message: string): void {
  process.emitWarning(message, 'CrawlscopeWarning');
}
