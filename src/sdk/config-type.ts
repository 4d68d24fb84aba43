import type { Attributes } from '@opentelemetry/api';
import type { AlertOverrides, ChannelSettings, HealthSettings } from '../alert-config.ts';

/** A function of the user's own modules that is a stage. */
export interface DeclaredStage {
  /** Module as the application imports it: a package, or a path from the config file. */
  readonly module: string;
  /** Export that holds the function: `extract`, `default`, or `Class.method`. */
  readonly export: string;
  /** `fetch`, `extract`, `classify`, `embed`, `store` or a name of your own. */
  readonly stage: string;
  /** Attributes of the span, or a function that makes them from the arguments and the awaited result. */
  readonly attributes?: Attributes | ((args: readonly unknown[], result: unknown) => Attributes);
  readonly modelVersion?: string;
}

/** Which spans below unremarkable pages are kept. */
export interface Sampling {
  /** Share of the pages whose spans are all kept, above 0 and up to 1. */
  readonly ratio?: number;
  /** Milliseconds from which a page is slow and kept whole; 10,000 when left out. */
  readonly slowMs?: number;
}

/** What `crawlscope.config.{ts,js,json}` may hold; everything is optional. */
export interface CrawlscopeConfig {
  /** `service.name` of all telemetry; `OTEL_SERVICE_NAME` wins over it. */
  readonly serviceName?: string;
  /** Query parameters whose values are secret, besides the built-in list. */
  readonly redact?: readonly string[];
  /** Functions to show as stages. */
  readonly stages?: readonly DeclaredStage[];
  /** Limits of the alert rules, by the rule's name. */
  readonly alerts?: AlertOverrides;
  /** Who is told when an alert fires or the health check fails. */
  readonly notify?: readonly ChannelSettings[];
  readonly health?: HealthSettings;
  /** Folder or file of the vector store, whose size on disk is reported as `crawl.store.size`; a name of the store by path. */
  readonly stores?: Readonly<Record<string, string>>;
  /** Most bytes that the telemetry files may take together. */
  readonly diskLimit?: number;
  /**
   * Keeps the spans below a share of the pages only. Every page's own span stays, and all spans of failed, slow and retried pages;
   * kept ones carry their weight, so reports stay right.
   */
  readonly sampling?: Sampling;
  /** Bytes after which a telemetry file is rotated. */
  readonly fileLimit?: number;
}

/** Types a configuration; returns it as it is. */
export function defineConfig(config: CrawlscopeConfig): CrawlscopeConfig {
  return config;
}
