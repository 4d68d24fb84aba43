/** Where a process publishes its self-check: a function at `globalThis[Symbol.for(SELF_CHECK)]`. */
export const SELF_CHECK = 'crawlscope.self-check';

/** Something known to make telemetry disappear. */
export interface Trap {
  /** Stable name such as `loaded_too_late`. */
  readonly id: string;
  readonly message: string;
  /** What to do, one imperative sentence. */
  readonly nextStep: string;
}

/** What `crawlscope/register` knows about itself in a running process; told by `crawlscope doctor`. */
export interface SelfCheck {
  readonly crawlscope: string;
  readonly node: string;
  readonly api: { readonly version: string; readonly path: string };
  /** How ES modules are intercepted; `require` always is. */
  readonly esmHooks: string;
  /** Packages and files that are instrumented when they are loaded. */
  readonly hooked: readonly string[];
  /** Versions of the hooked packages that were loaded. */
  readonly libraries: Readonly<Record<string, string | null>>;
  /** Methods and functions replaced so far, `Class.method`. */
  readonly patched: readonly string[];
  readonly config: { readonly path: string | null; readonly problems: readonly string[] };
  /** Folder of the telemetry files; null where none are written. */
  readonly directory: string | null;
  /** Where OTLP is sent; null where it is not. */
  readonly endpoint: string | null;
  /** Items in the files so far, by signal. */
  readonly written: Readonly<Record<string, number>>;
  /** Items lost so far, by `signal reason`. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
  readonly traps: readonly Trap[];
}
