/** The side of its limit on which a value is a problem. */
type Direction = 'above' | 'below';

/** One alert rule: what both `crawlscope alerts check` and the generated Prometheus rules are made of. */
export interface AlertRule {
  readonly id: RuleId;
  readonly title: string;
  /** Printed behind the value: `MB`, `%`, `s`, or empty for a ratio. */
  readonly unit: string;
  readonly direction: Direction;
  readonly limit: number;
  /** A firing alert is over when the value is on the good side of this; between the two limits it keeps firing. */
  readonly recovery: number;
  /** Seconds the value must stay beyond the limit before the alert fires. */
  readonly for: number;
  /** Fewer events than this in the window make the value unknown. */
  readonly minEvents: number;
  /** Seconds of telemetry that one value summarises. */
  readonly window: number;
  readonly severity: 'page' | 'ticket';
  readonly action: string;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The defaults; `alerts.rules` of the configuration overrides any number in them. */
export const DEFAULT_RULES = [
  {
    id: 'memory_mb',
    title: 'Crawler memory is high',
    unit: 'MB',
    direction: 'above',
    limit: 1024,
    recovery: 896,
    for: 5 * MINUTE,
    minEvents: 1,
    window: 5 * MINUTE,
    severity: 'page',
    action: 'Lower the concurrency, or look for a stage whose results are kept: crawlscope report, section system performance.',
  },
  {
    id: 'cpu_percent',
    title: 'CPU use is high',
    unit: '%',
    direction: 'above',
    limit: 80,
    recovery: 70,
    for: 5 * MINUTE,
    minEvents: 1,
    window: 5 * MINUTE,
    severity: 'ticket',
    action: 'Lower the concurrency, or move embedding to another process.',
  },
  {
    id: 'error_rate',
    title: 'Too many pages fail',
    unit: '',
    direction: 'above',
    limit: 0.1,
    recovery: 0.08,
    for: 5 * MINUTE,
    minEvents: 20,
    window: 15 * MINUTE,
    severity: 'page',
    action: 'See which domain and stage fail: crawlscope failures --by domain.',
  },
  {
    id: 'avg_crawl_time_s',
    title: 'Pages take long',
    unit: 's',
    direction: 'above',
    limit: 5,
    recovery: 4,
    for: 5 * MINUTE,
    minEvents: 20,
    window: 15 * MINUTE,
    severity: 'ticket',
    action: 'Open the slowest page: crawlscope trace <url>; its longest stage is the one to speed up.',
  },
  {
    id: 'cache_hit_rate',
    title: 'The cache rarely hits',
    unit: '',
    direction: 'below',
    limit: 0.3,
    recovery: 0.35,
    for: 15 * MINUTE,
    minEvents: 50,
    window: HOUR,
    severity: 'ticket',
    action: 'Check that the cache survives restarts and that its key does not change with every page.',
  },
  {
    id: 'threshold_drift',
    title: 'The share of pages over the threshold moved',
    unit: '',
    direction: 'above',
    limit: 0.2,
    recovery: 0.15,
    for: 0,
    minEvents: 30,
    window: DAY,
    severity: 'ticket',
    action: 'Compare the runs: crawlscope thresholds; a new model or configuration explains a jump.',
  },
] as const satisfies readonly (Omit<AlertRule, 'id'> & { readonly id: string })[];

/** Days before the window that `threshold_drift` compares with. */
export const DRIFT_REFERENCE_DAYS = 7;

export type RuleId = (typeof DEFAULT_RULES)[number]['id'];

/** True where `value` is beyond `limit` on the bad side of the rule. */
export function isBeyond(rule: Pick<AlertRule, 'direction'>, value: number, limit: number): boolean {
  return rule.direction === 'above' ? value > limit : value < limit;
}

/** The condition as text, such as `error_rate > 0.1`. */
export function condition(rule: AlertRule): string {
  return `${rule.id} ${rule.direction === 'above' ? '>' : '<'} ${rule.limit}`;
}
