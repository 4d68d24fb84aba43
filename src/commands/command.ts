import type { Command } from 'commander';

/** 0: done, nothing found; 1: findings; 2: failure. */
export type ExitCode = 0 | 1 | 2;

/** Where a command writes: results to `out`, everything else to `err`. */
export interface Io {
  /** Writes text to standard output as it is; callers add the newline and escape crawled text. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** True where standard output is a terminal: colours are welcome. */
  readonly colors: boolean;
  /** Replaces the progress line on standard error; silent when that is not a terminal. An empty text clears the line. */
  readonly progress: (text: string) => void;
}

/** One command of the `crawlscope` bin: one file each, listed in `list.ts`. */
export interface CliCommand<Options extends object = object> {
  /** Words after `crawlscope`, with positional arguments as commander writes them: `trace <url>`, `labels list`. */
  readonly usage: string;
  readonly summary: string;
  /** One command line that works, shown by `--help` and in the CLI reference. */
  readonly example: string;
  /** Adds the command's own options. */
  configure?(command: Command): void;
  /** False for commands that read no telemetry: they get none of the shared data options. */
  readonly readsData?: boolean;
  run(io: Io, options: Options, args: readonly string[]): Promise<ExitCode>;
}

/** The options of every command that reads telemetry. */
export interface DataOptions {
  /** Folder of OTLP files, searched at any depth. */
  readonly data: string;
  /** Path of the DuckDB store, or a `clickhouse://host/db` address. */
  readonly store: string;
  readonly json: boolean;
  /** Microseconds since the Unix epoch. */
  readonly now: number;
}
