import { existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InstrumentationStatus } from '../instrumentation/install.ts';
import { errorMessage } from '../errors.ts';
import type { Trap } from '../self-check.ts';
import { droppedTotals } from './dropped.ts';
import { makeFolder } from './file-exporter.ts';

/** What traps are looked for in. */
export interface Circumstances {
  /** File of the OpenTelemetry API in use here. */
  readonly api: string;
  readonly early: readonly string[];
  /** Folder of the telemetry files, if they are written. */
  readonly directory: string | undefined;
  readonly instrumentation: InstrumentationStatus;
  readonly problems: readonly string[];
}

/** The known ways in which telemetry disappears, as far as they apply to this process. */
export function findTraps({ api, early, directory, instrumentation, problems }: Circumstances): Trap[] {
  return [
    ...findSecondApi(api),
    ...findLateRegister(early, instrumentation.hooked),
    ...findHooks(instrumentation.esmHooks),
    ...findUnwritable(directory),
    ...problems.map((message) => ({ id: 'config_invalid', message, nextStep: 'Correct the configuration file.' })),
    ...[...droppedTotals()].map(([key, items]) => ({
      id: 'telemetry_dropped',
      message: `${items} items were lost (${key})`,
      nextStep: 'Look at the warning on standard error, which tells why.',
    })),
  ];
}

/** Every file that CommonJS has loaded so far. */
export function loadedModules(): string[] {
  return Object.keys(createRequire(import.meta.url).cache).map((path) => path.replaceAll('\\', '/'));
}

/** The version of the package that a file belongs to. */
export function versionOf(file: string): string | undefined {
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: unknown };
      if (typeof version === 'string') return version;
    } catch {
      // No package.json here: look further up.
    }
  }
  return undefined;
}

function findSecondApi(own: string): Trap[] {
  try {
    const theirs = createRequire(join(process.cwd(), 'package.json')).resolve('@opentelemetry/api');
    if (realpathSync(theirs) === realpathSync(own)) return [];
    const message = `two copies of @opentelemetry/api: ${versionOf(own)} in ${own}, ${versionOf(theirs)} in ${theirs}`;
    return [{ id: 'two_apis', message, nextStep: 'Install one version of @opentelemetry/api (npm ls @opentelemetry/api).' }];
  } catch {
    return [];
  }
}

function findLateRegister(early: readonly string[], hooked: readonly string[]): Trap[] {
  const late = hooked.filter((name) => early.some((path) => path === name || path.includes(`/node_modules/${name}/`)));
  return late.map((name) => ({
    id: 'loaded_too_late',
    message: `${name} was loaded before crawlscope/register, so it is not instrumented`,
    nextStep: 'Start with `node --import crawlscope/register app.js`, before any other --import or --require.',
  }));
}

function findHooks(esmHooks: InstrumentationStatus['esmHooks']): Trap[] {
  if (esmHooks === 'present')
    return [
      {
        id: 'hooks_twice',
        message: 'another OpenTelemetry loader hook is on the command line or in NODE_OPTIONS; crawlscope adds none beside it',
        nextStep: 'Remove that loader: crawlscope/register installs the hook for all instrumentations.',
      },
    ];
  if (esmHooks !== 'none') return [];
  const message = 'the loader hook could not be installed; what is loaded by `import` is not instrumented';
  return [{ id: 'no_esm_hooks', message, nextStep: 'Run with OTEL_LOG_LEVEL=debug to see why.' }];
}

function findUnwritable(directory: string | undefined): Trap[] {
  if (directory === undefined) return [];
  try {
    const existing = nearestExisting(directory);
    makeFolder(directory);
    rmdirSync(mkdtempSync(join(directory, '.check-')));
    removeEmpty(directory, existing);
    return [];
  } catch (error) {
    const message = `telemetry cannot be written to ${directory}: ${errorMessage(error)}`;
    return [{ id: 'unwritable_folder', message, nextStep: 'Make it writable, or set CRAWLSCOPE_DIR to another folder.' }];
  }
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

/** Leaves what somebody has begun to fill. */
function removeEmpty(folder: string, end: string): void {
  if (folder === end || readdirSync(folder).length > 0) return;
  rmdirSync(folder);
  removeEmpty(dirname(folder), end);
}
