import { describe, expect, test } from 'vitest';
import { resolveRules } from '../../src/monitor/alert-settings.ts';
import { condition } from '../../src/monitor/rules.ts';

const rule = (id: string, overrides: Parameters<typeof resolveRules>[0]) =>
  resolveRules(overrides).find((each) => each.id === id);

describe('alert settings', () => {
  test('without overrides are the documented limits', () => {
    expect(resolveRules().map(condition)).toEqual([
      'memory_mb > 1024',
      'cpu_percent > 80',
      'error_rate > 0.1',
      'avg_crawl_time_s > 5',
      'cache_hit_rate < 0.3',
      'threshold_drift > 0.2',
    ]);
  });

  test('take a number as a new limit and move the recovery limit with it', () => {
    expect(rule('memory_mb', { memory_mb: 2048 })).toMatchObject({ limit: 2048, recovery: 1792 });
    expect(rule('cache_hit_rate', { cache_hit_rate: 0.6 })).toMatchObject({ limit: 0.6, recovery: 0.7 });
  });

  test('switch a rule off', () => {
    expect(rule('cpu_percent', { cpu_percent: false })).toBeUndefined();
  });

  test('change one setting and keep the others', () => {
    expect(rule('error_rate', { error_rate: { minEvents: 5 } })).toMatchObject({ limit: 0.1, recovery: 0.08, minEvents: 5 });
  });

  test.each([
    [{ eror_rate: 0.2 }, /no alert rule "eror_rate"/],
    [{ error_rate: { limit: Number.NaN } }, /alerts.error_rate.limit/],
    [{ error_rate: { max: 1 } as object }, /alerts.error_rate.max is not a setting/],
    [{ error_rate: { recovery: 0.2 } }, /recovery 0.2 is beyond its limit 0.1/],
    [{ cache_hit_rate: { recovery: 0.2 } }, /recovery 0.2 is beyond its limit 0.3/],
    [{ error_rate: '5%' as unknown as number }, /alerts.error_rate is "5%"/],
  ])('refuse %j', (overrides, message) => {
    expect(() => resolveRules(overrides)).toThrow(message);
  });
});
