import { getStringFromEnv, getStringListFromEnv } from '@opentelemetry/core';
import { warnOnce, type Signal } from './dropped.ts';

/** Where a signal goes. */
export interface Destinations {
  readonly otlp: boolean;
  readonly console: boolean;
  readonly files: boolean;
}

/**
 * Where a signal goes: over OTLP when an endpoint (or the `otlp` exporter) is set, to files when not, or also when
 * `CRAWLSCOPE_DIR` is set; nowhere when its exporter is `none`.
 */
export function destinationsOf(signal: Signal): Destinations {
  const exporters = getStringListFromEnv(`OTEL_${signal.toUpperCase()}_EXPORTER`) ?? [];
  if (exporters.includes('none')) return { otlp: false, console: false, files: false };
  for (const name of exporters) {
    if (name !== 'otlp' && name !== 'console')
      warnOnce(name, `OTEL_${signal.toUpperCase()}_EXPORTER: ${name} is not known here; use otlp, console or none`);
  }
  const endpoint =
    getStringFromEnv(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`) ?? getStringFromEnv('OTEL_EXPORTER_OTLP_ENDPOINT');
  const console = exporters.includes('console');
  const otlp = exporters.includes('otlp') || (endpoint !== undefined && exporters.length === 0);
  const protocol =
    getStringFromEnv(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_PROTOCOL`) ?? getStringFromEnv('OTEL_EXPORTER_OTLP_PROTOCOL');
  if (otlp && protocol !== undefined && protocol !== 'http/json')
    warnOnce(protocol, `OTLP protocol ${protocol} is not spoken here; telemetry goes out as http/json, usually to port 4318`);
  return { otlp, console, files: (!otlp && !console) || getStringFromEnv('CRAWLSCOPE_DIR') !== undefined };
}
