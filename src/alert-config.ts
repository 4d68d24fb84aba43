/**
 * The parts of `crawlscope.config` that the alerts and the health check read. Types alone: the half that emits describes the
 * configuration with them, the half that analyzes acts on it.
 */

/** What may be changed of one alert rule; times in seconds. */
export interface AlertOverride {
  readonly limit?: number;
  /** A firing alert is over when the value is back on the good side of this. */
  readonly recovery?: number;
  /** How long the value must stay beyond the limit. */
  readonly for?: number;
  /** Fewer events than this make the value unknown. */
  readonly minEvents?: number;
  /** Length of the stretch of telemetry that one value summarises. */
  readonly window?: number;
  readonly severity?: 'page' | 'ticket';
}

/** Alert rules by name: a number is a new limit, `false` switches the rule off. */
export type AlertOverrides = Readonly<Record<string, number | false | AlertOverride>>;

/** A value that may be secret: the name of the environment variable that holds it or, for what is no secret, the text itself. */
export type Secret = string | { readonly env: string };

/** One receiver of notifications. */
export type ChannelSettings =
  | { readonly type: 'alertmanager' | 'webhook'; readonly name?: string; readonly url: Secret; readonly authorization?: Secret }
  | { readonly type: 'slack'; readonly name?: string; readonly url: Secret }
  | {
      readonly type: 'email';
      readonly name?: string;
      readonly smtp: Secret;
      readonly from: string;
      readonly to: string | readonly string[];
    }
  | { readonly type: 'command'; readonly name?: string; readonly command: readonly string[] };

/** What `crawlscope health` reads; options of the command win over it. */
export interface HealthSettings {
  /** Path of the golden set. */
  readonly golden?: string;
  /** Path of the module whose `classify(page)` is asked instead of the recorded categories. */
  readonly classifier?: string;
  /** Limits by the name of the check. */
  readonly limits?: Readonly<Record<string, number>>;
}

/** The configuration as far as the half that analyzes reads it. */
export interface MonitorConfig {
  readonly alerts?: AlertOverrides;
  readonly notify?: readonly ChannelSettings[];
  readonly health?: HealthSettings;
}
