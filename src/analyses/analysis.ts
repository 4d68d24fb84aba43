import type { IngestResult, Store } from '../store/store.ts';

/** A stretch of time, in microseconds since the Unix epoch; `toUs` is exclusive. */
export interface Window {
  readonly fromUs: number;
  readonly toUs: number;
}

/** What every analysis is given. */
export interface AnalysisContext {
  readonly store: Store;
  readonly window: Window;
  /** "Now" in microseconds since the Unix epoch (`--now`), so that every answer can be reproduced. */
  readonly nowUs: number;
  /** What could not be read of the files. */
  readonly skipped?: IngestResult['skipped'];
  /** Limits by the id of their alert rule, such as `error_rate`, in the rule's unit; figures show them as targets. */
  readonly targets?: Readonly<Record<string, NonNullable<Figure['target']>>>;
}

/** One number with what a reader compares it to. */
export interface Figure {
  readonly id: string;
  readonly label: string;
  /** UCUM unit, `1` for a ratio, `{page}` for counts. */
  readonly unit: string;
  readonly value: number | null;
  readonly previous: number | null;
  /** Mean of the four weeks before the window. */
  readonly average?: number | null;
  /** `direction` is the bad side of the limit. */
  readonly target?: { readonly limit: number; readonly direction: 'above' | 'below' };
  /** Weekly values, oldest first, the window last. */
  readonly trend?: readonly (number | null)[];
}

export type Cell = string | number | boolean | null;
export interface Column {
  readonly id: string;
  readonly label: string;
  /** How a renderer shows the cells. */
  readonly type: 'text' | 'url' | 'trace' | 'count' | 'number' | 'ratio' | 'duration_ms' | 'time_us' | 'bytes';
}

/** What a section is made of; renderers know these types, never the analyses. */
export type Detail =
  | { readonly type: 'figures'; readonly figures: readonly Figure[] }
  | {
      readonly type: 'table';
      readonly id: string;
      readonly title: string;
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Cell[])[];
    }
  | {
      readonly type: 'series';
      readonly id: string;
      readonly title: string;
      readonly unit: string;
      readonly x: readonly Cell[];
      readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
      /** What happened on the way; `at` counts along `x` and may lie between two values. */
      readonly marks?: readonly { readonly at: number; readonly label: string }[];
    }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'actions'; readonly actions: readonly Action[] };

/** A recommendation: the evidence, what to do, and the command that does or shows it. */
export interface Action {
  readonly severity: 'high' | 'medium' | 'low';
  readonly evidence: string;
  readonly action: string;
  readonly command: string | null;
}

/** `unknown` means missing data, `error` that the analysis itself failed. */
export type Status = 'ok' | 'warning' | 'alert' | 'unknown' | 'error';

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly status: Status;
  readonly summary: string;
  readonly details: readonly Detail[];
}

/** One question asked of the tables; one file each, listed in `list.ts`. */
export interface Analysis {
  readonly id: string;
  readonly title: string;
  run(context: AnalysisContext): Promise<Section>;
}
