import type { Repeated } from './clickhouse-duplicates.ts';
import type { AttributeLayout } from './clickhouse-layout.ts';

/** Metric tables by the end of their names. */
export const METRIC_TABLES = ['gauge', 'sum', 'histogram', 'exponential_histogram', 'summary'] as const;
export type MetricTable = (typeof METRIC_TABLES)[number];

/** The tables of the exporter as they can be named in a FROM, with the layouts of their attributes; undefined where one is missing. */
export interface ExporterTables {
  readonly traces: string;
  readonly layout: AttributeLayout;
  /** The layout of spans that were selected by a star, which leaves out columns that repeat an attribute. */
  readonly starLayout: AttributeLayout;
  /** True where an index tells which parts of the spans have an attribute. */
  readonly hasKeyIndex: boolean;
  /** True where one tells which parts have the value of an attribute. */
  readonly hasValueIndex: boolean;
  readonly logs: string | undefined;
  readonly logLayout: AttributeLayout;
  /** True where log records have a column for the name of the event. */
  readonly hasEventName: boolean;
  readonly metrics: Readonly<Partial<Record<MetricTable, string>>>;
  readonly metricLayout: AttributeLayout;
}

/** Rows that are looked for twins apart from one another. */
export type RowKind = 'pages' | 'stages' | 'logs' | MetricTable;

/** What a query is written from: the tables, and what is known of their rows. */
export interface Reading extends ExporterTables {
  /** Where rows came more than once; rows of a kind that is missing are all grouped. */
  readonly repeated: Readonly<Partial<Record<RowKind, Repeated>>>;
  /** False where no span says how many it stands for. */
  readonly hasWeights: boolean;
  /** Digests of the attempts that another followed, or was to follow; null where they are too many to name. */
  readonly retried: readonly string[] | null;
  /** SQL that narrows the spans down, see `readHints`. */
  readonly condition: string;
  /** False for columns that the query cannot read; each column costs the planning of its expression. */
  readonly isRead: (column: string) => boolean;
}
