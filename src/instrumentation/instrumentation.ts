/** The exports of a loaded module: the `module.exports` of a CommonJS one, the namespace of an ES one. */
export type ModuleExports = Record<string, unknown>;

/** How one library is instrumented: one library, one file, one line in `list.ts`. */
export interface Instrumentation {
  /** The package, as it is imported. */
  module: string;
  /** Major versions this is tested against; another one is patched all the same, with a warning. */
  majors: readonly number[];
  /** Patches in place, or gives other exports; may run more than once for one module (as CommonJS and as ES module). */
  patch: (exports: ModuleExports) => ModuleExports | void;
}
