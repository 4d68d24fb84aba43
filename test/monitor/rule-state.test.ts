import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolveRules } from '../../src/monitor/alert-settings.ts';
import { type RuleState, stepRule } from '../../src/monitor/rule-state.ts';
import type { AlertRule } from '../../src/monitor/rules.ts';

const MINUTE_US = 60e6;
const [errorRate, cacheHits] = ['error_rate', 'cache_hit_rate'].map((id) => resolveRules().find((rule) => rule.id === id)) as [
  AlertRule,
  AlertRule,
];

/** Runs a rule over one value a minute and tells what happened at each. */
function follow(rule: AlertRule, values: readonly (number | null)[]): string[] {
  let state: RuleState | undefined;
  return values.map((value, minute) => {
    const step = stepRule(rule, state, value, minute * MINUTE_US);
    state = step.state;
    return step.changed ?? step.status;
  });
}

describe('an alert', () => {
  test('fires after its time beyond the limit, and once', () => {
    expect(follow(errorRate, [0.05, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2])).toEqual([
      'ok',
      'pending',
      'pending',
      'pending',
      'pending',
      'pending',
      'fired',
      'firing',
    ]);
  });

  test('starts its time again when the value comes back in between', () => {
    expect(follow(errorRate, [0.2, 0.2, 0.05, 0.2])).toEqual(['pending', 'pending', 'ok', 'pending']);
  });

  test('keeps firing between its two limits and resolves once at the recovery limit', () => {
    const rule = { ...errorRate, for: 0 };
    expect(follow(rule, [0.2, 0.09, 0.2, 0.08, 0.08, 0.2])).toEqual(['fired', 'firing', 'firing', 'resolved', 'ok', 'fired']);
  });

  test('neither fires nor resolves for want of data', () => {
    const rule = { ...errorRate, for: 0 };
    expect(follow(rule, [null, 0.2, null, null, 0.2])).toEqual(['unknown', 'fired', 'firing', 'firing', 'firing']);
  });

  test('of a rate that must not fall fires below its limit', () => {
    const rule = { ...cacheHits, for: 0 };
    expect(follow(rule, [0.9, 0.3, 0.29, 0.32, 0.36])).toEqual(['ok', 'ok', 'fired', 'firing', 'resolved']);
  });

  test('fires at once when telemetry shows that the condition has held long enough', () => {
    const now = 100 * MINUTE_US;
    expect(stepRule(errorRate, undefined, 0.2, now, now - 5 * MINUTE_US).changed).toBe('fired');
    expect(stepRule(errorRate, undefined, 0.2, now, now - 4 * MINUTE_US).changed).toBeNull();
  });

  test('never sends two messages of a kind in a row, whatever the values', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.double({ min: 0, max: 0.3, noNaN: true }))), (values) => {
        const sent = follow({ ...errorRate, for: 120 }, values).filter((what) => what === 'fired' || what === 'resolved');
        expect(sent).toEqual(sent.map((_, index) => (index % 2 === 0 ? 'fired' : 'resolved')));
      }),
    );
  });
});
