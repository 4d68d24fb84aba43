import { diag } from '@opentelemetry/api';
import { customStages, type StageDeclaration } from './custom.ts';
import { hookModules, type EsmHooks } from './hooks.ts';
import { instrumentations } from './list.ts';
import { warnOnce, wrapping } from './wrap.ts';

/** What is instrumented besides the known libraries. */
export interface InstrumentationOptions {
  /** Stages of the user's own modules. */
  stages?: readonly StageDeclaration[] | undefined;
  /** Directory that relative module paths start from; the working directory by default. */
  baseDir?: string | undefined;
}

/** What the self-check tells about the instrumentation of this process. */
export interface InstrumentationStatus {
  /** How ES modules are intercepted. */
  esmHooks: EsmHooks;
  /** Libraries seen so far and their versions. */
  libraries: Map<string, string | undefined>;
  /** Packages and files that are instrumented when they are loaded. */
  hooked: string[];
  /** Methods and functions replaced so far. */
  patched: ReadonlySet<string>;
  /** What was warned of so far. */
  warnings: Iterable<string>;
}

let installed: Promise<InstrumentationStatus> | undefined;

/** Instruments every library and declared stage that is loaded from now on; the second call gives the status of the first. */
export function installInstrumentation(options: InstrumentationOptions = {}): Promise<InstrumentationStatus> {
  installed ??= install(options);
  return installed;
}

async function install({ stages = [], baseDir = process.cwd() }: InstrumentationOptions): Promise<InstrumentationStatus> {
  const custom = customStages(stages, baseDir);
  const libraries = new Map<string, string | undefined>();
  const packages = [...new Set([...instrumentations.map((one) => one.module), ...custom.packages])];
  const esmHooks = await hookModules(packages, custom.files, (exports, name, version) => {
    const known = instrumentations.find((one) => one.module === name);
    if (!known) return custom.patch(exports, name);
    libraries.set(name, version);
    checkVersion(name, known.majors, version);
    return custom.patch(known.patch(exports) ?? exports, name);
  });
  diag.debug(`crawlscope: hooks installed (ES modules: ${esmHooks}) for ${[...packages, ...custom.files].join(', ')}`);
  return {
    esmHooks,
    libraries,
    hooked: [...packages, ...custom.files],
    patched: wrapping.patched,
    warnings: { [Symbol.iterator]: () => wrapping.warnings.values() },
  };
}

function checkVersion(name: string, majors: readonly number[], version: string | undefined): void {
  if (version === undefined || majors.includes(Number.parseInt(version, 10))) return;
  warnOnce(`${name}@${version}`, `crawlscope: ${name} ${version} is not among the tested versions (${majors.join(', ')}.x)`);
}
