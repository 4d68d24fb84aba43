import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { diag } from '@opentelemetry/api';
import { getStringFromEnv } from '@opentelemetry/core';
import type { InstrumentationStatus } from '../instrumentation/install.ts';
import { SELF_CHECK, type SelfCheck } from '../self-check.ts';
import type { LoadedConfig } from './config.ts';
import { droppedTotals } from './dropped.ts';
import { destinationsOf } from './environment.ts';
import type { Telemetry } from './setup.ts';
import { findTraps, versionOf } from './traps.ts';

/** What was started. */
export interface Started {
  readonly loaded: LoadedConfig;
  readonly telemetry: Telemetry;
  readonly instrumentation: InstrumentationStatus;
  /** Files that CommonJS had loaded before the hooks were there. */
  readonly early: readonly string[];
}

/** Lets `crawlscope doctor` ask this process, and tells it at debug level at start and at exit. */
export function publishSelfCheck(started: Started): void {
  const check = (): SelfCheck => describe(started);
  (globalThis as Record<symbol, unknown>)[Symbol.for(SELF_CHECK)] = check;
  // The description costs some milliseconds, which only somebody who reads it should pay.
  if (getStringFromEnv('OTEL_LOG_LEVEL')?.toLowerCase() !== 'debug') return;
  const tell = (when: string): void => diag.debug(`crawlscope: self-check at ${when}: ${JSON.stringify(check())}`);
  tell('start');
  process.on('exit', () => tell('exit'));
}

function describe({ loaded, telemetry, instrumentation, early }: Started): SelfCheck {
  const require = createRequire(import.meta.url);
  const api = require.resolve('@opentelemetry/api');
  const directory = telemetry.files[0] ? dirname(telemetry.files[0].path()) : undefined;
  const written = telemetry.files.map((file) => [file.signal, file.written()] as const);
  const overOtlp = (['traces', 'metrics', 'logs'] as const).filter((signal) => destinationsOf(signal).otlp);
  return {
    crawlscope: versionOf(import.meta.url) ?? 'unknown',
    node: process.versions.node,
    api: { version: versionOf(api) ?? 'unknown', path: api },
    esmHooks: instrumentation.esmHooks,
    hooked: instrumentation.hooked,
    libraries: Object.fromEntries([...instrumentation.libraries].map(([name, version]) => [name, version ?? null])),
    patched: [...instrumentation.patched].toSorted(),
    config: { path: loaded.path ?? null, problems: loaded.problems },
    directory: directory ?? null,
    endpoint: overOtlp.length > 0 ? endpointOf(overOtlp[0] ?? 'traces') : null,
    written: Object.fromEntries(written),
    dropped: Object.fromEntries(droppedTotals()),
    warnings: [...instrumentation.warnings],
    traps: findTraps({ api, early, directory, instrumentation, problems: loaded.problems }),
  };
}

function endpointOf(signal: string): string {
  const own = getStringFromEnv(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`);
  return own ?? getStringFromEnv('OTEL_EXPORTER_OTLP_ENDPOINT') ?? 'http://localhost:4318';
}
