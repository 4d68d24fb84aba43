import { CrawlscopeError, errorMessage } from '../errors.ts';
import { CHECKS, type CheckId } from './health-checks.ts';
import type { HealthCheck, HealthContext, HealthResult, HealthStatus, Measured } from './health-check.ts';
import { number } from './readings.ts';

/** The whole health check. */
export interface Health {
  readonly status: HealthStatus;
  /** Microseconds since the Unix epoch. */
  readonly atUs: number;
  readonly checks: readonly HealthResult[];
}

/** Runs every check that is not in `skip`; one that throws is `UNKNOWN`, unless it is the user's own input that is wrong. */
export async function checkHealth(
  context: HealthContext,
  limits: Readonly<Partial<Record<CheckId, number>>>,
  skip: readonly CheckId[],
): Promise<Health> {
  const checks: HealthResult[] = [];
  const asked: readonly HealthCheck[] = CHECKS.filter((each) => !skip.includes(each.id));
  for (const check of asked) {
    const limit = limits[check.id as CheckId] ?? check.limit;
    const measured = await measure(check, context, limit);
    const status = measured.status ?? judge(measured.value, limit, check.direction);
    const { id, title, direction, unit } = check;
    checks.push({
      id,
      title,
      status,
      value: measured.value,
      limit,
      direction,
      unit,
      why: measured.why,
      action: status === 'PASS' ? '' : (measured.action ?? check.action),
      traces: status === 'FAIL' ? (measured.traces ?? []) : [],
    });
  }
  return { status: overall(checks), atUs: context.nowUs, checks };
}

/** The limit as text: `at least 0.9`. */
export function describeLimit({ direction, limit, unit }: Pick<HealthResult, 'direction' | 'limit' | 'unit'>): string {
  return `${direction} ${describeValue(limit, unit)}`;
}

/** A value in its unit: ratios as per cent, seconds as hours when many. */
export function describeValue(value: number | null, unit: string): string {
  if (value === null) return 'no data';
  if (unit === '1') return `${number(value * 100)} %`;
  if (unit === 's') return value >= 7200 ? `${number(value / 3600)} h` : `${number(value)} s`;
  return `${number(value)} ${unit.replaceAll(/[{}]/g, '')}`;
}

async function measure(check: HealthCheck, context: HealthContext, limit: number): Promise<Measured> {
  try {
    return await check.measure(context, limit);
  } catch (error) {
    if (error instanceof CrawlscopeError) throw error;
    return { value: null, why: `The check itself failed: ${errorMessage(error)}`, action: 'Please report this.' };
  }
}

function judge(value: number | null, limit: number, direction: HealthResult['direction']): HealthStatus {
  if (value === null || !Number.isFinite(value)) return 'UNKNOWN';
  const good = direction === 'at least' ? value >= limit : direction === 'at most' ? value <= limit : value < limit;
  return good ? 'PASS' : 'FAIL';
}

function overall(checks: readonly HealthResult[]): HealthStatus {
  if (checks.some((check) => check.status === 'FAIL')) return 'FAIL';
  return checks.length === 0 || checks.some((check) => check.status === 'UNKNOWN') ? 'UNKNOWN' : 'PASS';
}
