import type { Window } from '../analyses/analysis.ts';
import type { Store } from '../store/store.ts';
import type { AlertMessage, ExampleTrace } from './message.ts';
import { EXAMPLES, number, READERS, type Reading } from './readings.ts';
import { type RuleState, type RuleStatus, type Step, stepRule } from './rule-state.ts';
import { type AlertRule, isBeyond } from './rules.ts';

/** One rule as evaluated now. */
export interface RuleResult {
  readonly rule: AlertRule;
  readonly status: RuleStatus;
  readonly changed: Step['changed'];
  readonly value: number | null;
  readonly events: number;
  readonly evidence: string;
  readonly traces: readonly ExampleTrace[];
  readonly sinceUs: number;
}

/** The rules as evaluated now, and the state to keep. */
export interface AlertCheck {
  readonly results: readonly RuleResult[];
  readonly states: Readonly<Record<string, RuleState>>;
}

/** How many points of the time before are looked at to tell whether a condition has already held for its `for`. */
const POINTS = 5;

/** Evaluates every rule at `nowUs` and moves its state on. */
export async function checkAlerts(
  store: Store,
  rules: readonly AlertRule[],
  states: Readonly<Record<string, RuleState>>,
  nowUs: number,
): Promise<AlertCheck> {
  const results: RuleResult[] = [];
  const next: Record<string, RuleState> = {};
  for (const rule of rules) {
    const reading = await readRule(store, rule, nowUs);
    const step = stepRule(rule, states[rule.id], reading.value, nowUs, await heldSince(store, rule, reading, nowUs));
    const traces = step.status === 'firing' ? await EXAMPLES[rule.id](store, windowOf(rule, nowUs)) : [];
    next[rule.id] = step.state;
    const sinceUs = step.changed === 'resolved' ? (states[rule.id]?.sinceUs ?? nowUs) : step.state.sinceUs;
    results.push({ rule, status: step.status, changed: step.changed, ...reading, traces, sinceUs });
  }
  return { results, states: next };
}

/** The message for receivers; `status` is told apart from the result's because a resolved rule is simply `ok`. */
export function alertMessageOf(result: RuleResult, status: 'firing' | 'resolved', nowUs: number): AlertMessage {
  const { rule, value } = result;
  return {
    id: rule.id,
    status,
    title: rule.title,
    severity: rule.severity,
    summary: `${rule.id} is ${number(value)}${value === null ? '' : unit(rule)}; the limit is ${rule.limit}${unit(rule)}`,
    evidence: result.evidence,
    action: rule.action,
    traces: result.traces,
    sinceUs: result.sinceUs,
    atUs: nowUs,
  };
}

async function readRule(store: Store, rule: AlertRule, atUs: number): Promise<Reading> {
  const reading = await READERS[rule.id](store, windowOf(rule, atUs));
  if (reading.value === null || reading.events >= rule.minEvents) return reading;
  return { ...reading, value: null, evidence: `${reading.evidence} Too little to judge: ${rule.minEvents} are needed.` };
}

/** Since when, at most `for` seconds ago, telemetry shows the value beyond the limit without a break. */
async function heldSince(store: Store, rule: AlertRule, now: Reading, nowUs: number): Promise<number> {
  let sinceUs = nowUs;
  if (now.value === null || !isBeyond(rule, now.value, rule.limit)) return sinceUs;
  for (let point = 1; point <= POINTS && rule.for > 0; point++) {
    const atUs = nowUs - Math.round((rule.for * 1e6 * point) / POINTS);
    const { value } = await readRule(store, rule, atUs);
    if (value === null || !isBeyond(rule, value, rule.limit)) break;
    sinceUs = atUs;
  }
  return sinceUs;
}

function windowOf(rule: AlertRule, atUs: number): Window {
  return { fromUs: atUs - rule.window * 1e6, toUs: atUs };
}

function unit(rule: AlertRule): string {
  return rule.unit && ` ${rule.unit}`;
}
