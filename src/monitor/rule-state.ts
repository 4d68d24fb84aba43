import { type AlertRule, isBeyond } from './rules.ts';

/** `pending` is beyond the limit but not yet for long enough; `unknown` has no or too little data. */
export type RuleStatus = 'ok' | 'pending' | 'firing' | 'unknown';

/** What the state file remembers of one rule. */
export interface RuleState {
  readonly status: 'ok' | 'pending' | 'firing';
  /** Since when, in microseconds since the Unix epoch. */
  readonly sinceUs: number;
}

/** One step of a rule's state: `changed` says which message is due, if any. */
export interface Step {
  readonly status: RuleStatus;
  readonly state: RuleState;
  readonly changed: 'fired' | 'resolved' | null;
}

/**
 * Moves a rule on by one evaluation. Unknown keeps the state: an alert neither fires nor resolves for want of data. `heldSinceUs`
 * is since when telemetry shows the value beyond the limit.
 */
export function stepRule(
  rule: AlertRule,
  before: RuleState | undefined,
  value: number | null,
  nowUs: number,
  heldSinceUs: number = nowUs,
): Step {
  const state: RuleState = before ?? { status: 'ok', sinceUs: nowUs };
  if (value === null) return { status: state.status === 'firing' ? 'firing' : 'unknown', state, changed: null };
  if (state.status === 'firing') {
    if (isBeyond(rule, value, rule.recovery)) return { status: 'firing', state, changed: null };
    return { status: 'ok', state: { status: 'ok', sinceUs: nowUs }, changed: 'resolved' };
  }
  if (!isBeyond(rule, value, rule.limit)) return { status: 'ok', state: { status: 'ok', sinceUs: nowUs }, changed: null };
  const sinceUs = Math.min(heldSinceUs, state.status === 'pending' ? state.sinceUs : nowUs);
  if (nowUs - sinceUs < rule.for * 1e6) return { status: 'pending', state: { status: 'pending', sinceUs }, changed: null };
  return { status: 'firing', state: { status: 'firing', sinceUs }, changed: 'fired' };
}
