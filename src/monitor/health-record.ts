import { ATTR_HEALTH_CHECK, ATTR_HEALTH_STATUS, LOG_HEALTH } from '../semconv.ts';
import { appendLogs, type NewLog } from '../store/append.ts';
import type { Store } from '../store/store.ts';
import type { Health } from './health.ts';
import type { HealthStatus } from './health-check.ts';

/** A health check of the past. */
export interface PastHealth {
  readonly atUs: number;
  readonly status: HealthStatus;
  readonly checks: Readonly<
    Record<string, { readonly status: HealthStatus; readonly value: number | null; readonly limit: number | null }>
  >;
}

const INFO = 9;
const WARN = 13;
const ERROR = 17;

/** Adds the result to the telemetry in `folder`, as the log record `crawl.health`. */
export async function recordHealth(folder: string, health: Health): Promise<void> {
  const attributes: NewLog['attributes'] = { [ATTR_HEALTH_STATUS]: health.status };
  for (const check of health.checks) {
    const prefix = `${ATTR_HEALTH_CHECK}.${check.id}`;
    attributes[`${prefix}.status`] = check.status;
    attributes[`${prefix}.limit`] = check.limit;
    if (check.value !== null) attributes[`${prefix}.value`] = check.value;
  }
  const severity = health.status === 'PASS' ? INFO : health.status === 'FAIL' ? ERROR : WARN;
  const body = health.checks
    .filter((check) => check.status !== 'PASS')
    .map((check) => `${check.title}: ${check.status}. ${check.why}`);
  await appendLogs(folder, 'health.jsonl', [
    {
      eventName: LOG_HEALTH,
      timeUs: health.atUs,
      severity,
      body: body.join('\n') || 'All checks passed.',
      attributes,
    },
  ]);
}

/** The last `count` health checks before `nowUs`, newest first. */
export async function readHealthHistory(store: Store, nowUs: number, count: number): Promise<readonly PastHealth[]> {
  const rows = await store.query<{ time_us: number; attributes: string | null }>(
    `SELECT time_us, attributes FROM logs WHERE event_name = $event AND time_us <= $now ORDER BY time_us DESC LIMIT ${Math.trunc(count)}`,
    { event: LOG_HEALTH, now: nowUs },
  );
  return rows.map((row) => {
    const attributes = JSON.parse(row.attributes ?? '{}') as Record<string, unknown>;
    return { atUs: row.time_us, status: toStatus(attributes[ATTR_HEALTH_STATUS]), checks: readChecks(attributes) };
  });
}

function readChecks(attributes: Record<string, unknown>): PastHealth['checks'] {
  const prefix = `${ATTR_HEALTH_CHECK}.`;
  const ids = Object.keys(attributes).flatMap((key) =>
    key.startsWith(prefix) && key.endsWith('.status') ? key.slice(prefix.length, -7) : [],
  );
  return Object.fromEntries(
    ids.map((id) => [
      id,
      {
        status: toStatus(attributes[`${prefix}${id}.status`]),
        value: toNumber(attributes[`${prefix}${id}.value`]),
        limit: toNumber(attributes[`${prefix}${id}.limit`]),
      },
    ]),
  );
}

function toStatus(value: unknown): HealthStatus {
  return value === 'PASS' || value === 'FAIL' ? value : 'UNKNOWN';
}

function toNumber(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
