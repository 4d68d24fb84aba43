import type { AlertOverride, AlertOverrides } from '../alert-config.ts';
import { CrawlscopeError } from '../errors.ts';
import { type AlertRule, DEFAULT_RULES, isBeyond } from './rules.ts';

const NUMBERS = ['limit', 'recovery', 'for', 'minEvents', 'window'] as const;

/** The rules in force: the defaults with the overrides of the configuration; throws `BAD_ALERT_RULE` on one that makes no sense. */
export function resolveRules(overrides: AlertOverrides = {}): readonly AlertRule[] {
  const known = new Set<string>(DEFAULT_RULES.map((rule) => rule.id));
  for (const id of Object.keys(overrides)) {
    if (!known.has(id)) throw bad(`there is no alert rule ${JSON.stringify(id)}`, `Use one of: ${[...known].join(', ')}.`);
  }
  return DEFAULT_RULES.flatMap((rule) => {
    const override = overrides[rule.id];
    return override === false ? [] : [applyOverride(rule, override)];
  });
}

function applyOverride(rule: AlertRule, override: number | AlertOverride | undefined): AlertRule {
  const values = typeof override === 'number' ? { limit: override } : override;
  if (values === undefined) return rule;
  if (values === null || typeof values !== 'object')
    throw bad(`alerts.${rule.id} is ${JSON.stringify(values)}`, 'Give a limit, false, or an object.');
  checkKeys(rule, values);
  const merged = { ...rule, ...values };
  const recovery = values.recovery ?? rule.recovery * (rule.limit === 0 ? 1 : merged.limit / rule.limit);
  if (isBeyond(rule, recovery, merged.limit)) {
    throw bad(
      `alerts.${rule.id}.recovery ${recovery} is beyond its limit ${merged.limit}`,
      `Give a recovery ${rule.direction === 'above' ? 'at or below' : 'at or above'} the limit.`,
    );
  }
  return { ...merged, recovery };
}

function checkKeys(rule: AlertRule, values: object): void {
  for (const [key, value] of Object.entries(values)) {
    const where = `alerts.${rule.id}.${key}`;
    if (key === 'severity') {
      if (value !== 'page' && value !== 'ticket') throw bad(`${where} is ${JSON.stringify(value)}`, 'Use "page" or "ticket".');
    } else if (!NUMBERS.some((name) => name === key)) {
      throw bad(`${where} is not a setting`, `Use one of: ${NUMBERS.join(', ')}, severity.`);
    } else if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
      throw bad(`${where} is ${JSON.stringify(value)}`, 'Give a number that is not negative.');
    }
  }
}

function bad(message: string, nextStep: string): CrawlscopeError {
  return new CrawlscopeError('BAD_ALERT_RULE', message, nextStep);
}
