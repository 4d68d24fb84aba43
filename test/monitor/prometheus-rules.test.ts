import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { resolveRules } from '../../src/monitor/alert-settings.ts';
import { prometheusRules } from '../../src/monitor/prometheus-rules.ts';

interface Entry {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
}

const entriesOf = (text: string) => (parse(text) as { groups: { rules: Entry[] }[] }).groups.flatMap((group) => group.rules);

test('the committed Prometheus rules are what the alert rules generate', () => {
  const committed = readFileSync(new URL('../../prometheus/rules/limits.yml', import.meta.url), 'utf8');
  expect(committed).toBe(prometheusRules(resolveRules()));
});

test('a changed limit, direction and time reach the Prometheus rule', () => {
  const rules = resolveRules({ cache_hit_rate: { limit: 0.5, recovery: 0.55, for: 7200, minEvents: 9 } });
  const alert = entriesOf(prometheusRules(rules)).find((entry) => entry.alert === 'CrawlCacheHitRate');
  expect(alert?.for).toBe('2h');
  expect(alert?.expr).toContain('crawlscope:cache_hit_rate < 0.5 and on () crawlscope:cache_hit_rate:events >= 9');
  expect(alert?.expr).toContain('crawlscope:cache_hit_rate < 0.55 and on () ALERTS');
});

test('every alert reads values that the same file records', () => {
  const entries = entriesOf(prometheusRules(resolveRules()));
  const recorded = new Set(entries.map((entry) => entry.record));
  const read = entries.filter((entry) => entry.alert).flatMap((entry) => entry.expr.match(/crawlscope:[a-z_:]+/g) ?? []);
  expect(read.length).toBeGreaterThan(0);
  expect(read.filter((name) => !recorded.has(name))).toEqual([]);
});
