import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { getStringFromEnv } from '@opentelemetry/core';
import type { Signal } from './dropped.ts';

/** Longest that `process.exit()` is held up by one signal, in milliseconds. */
const POST_TIME = 2500;

/**
 * Posts an export request before it returns. `process.exit()` never comes back, so what is still in memory then can only leave
 * through another process.
 */
export function postSync(signal: Signal, body: Uint8Array): boolean {
  const script = fileURLToPath(new URL('./post.js', import.meta.url));
  const { NODE_OPTIONS: _, ...env } = process.env;
  const result = spawnSync(process.execPath, [script, endpointOf(signal), signal], {
    input: body,
    env,
    timeout: POST_TIME,
    windowsHide: true,
  });
  return result.status === 0;
}

function endpointOf(signal: Signal): string {
  const own = getStringFromEnv(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`);
  if (own !== undefined) return own;
  const base = getStringFromEnv('OTEL_EXPORTER_OTLP_ENDPOINT') ?? 'http://localhost:4318';
  return `${base.replace(/\/+$/, '')}/v1/${signal}`;
}
