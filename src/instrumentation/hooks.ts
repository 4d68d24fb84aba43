import { readFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { diag } from '@opentelemetry/api';
import type { ModuleExports } from './instrumentation.ts';

/** Called with the exports of a hooked module, its name or absolute path as it was hooked, and its version if it is a package. */
export type LoadListener = (exports: ModuleExports, name: string, version: string | undefined) => ModuleExports;

/** How ES modules are intercepted: in the application's thread, on a loader thread, by hooks that were there before, or not. */
export type EsmHooks = 'sync' | 'async' | 'present' | 'none';

/** Both packages' classes may be called without `new`. */
type HookFunction = (modules: string[], options: object, listener: HookListener) => unknown;
type HookListener = (exports: ModuleExports, name: string, baseDir?: string) => unknown;
interface SyncHooks {
  register: (options: { shouldInclude: (url: string, specifier: string) => boolean }) => void;
  supportsSyncHooks: () => boolean;
}

/** Calls `listener` for each of these packages and files (absolute paths) that is loaded from now on, by `require` or by `import`. */
export async function hookModules(packages: string[], files: string[], listener: LoadListener): Promise<EsmHooks> {
  const requireFromOtel = requireBesideOtel();
  const { Hook: hookRequire } = requireFromOtel('require-in-the-middle') as { Hook: HookFunction };
  const { Hook: hookImport } = requireFromOtel('import-in-the-middle') as { Hook: HookFunction };
  const onPackage: HookListener = (exports, name, baseDir) =>
    packages.includes(name) ? notify(listener, exports, name, versionIn(baseDir)) : exports;
  hookRequire(packages, { internals: false }, onPackage);
  // import-in-the-middle takes what a hook returns for a new default export, so this one returns nothing.
  hookImport(packages, { internals: false }, (exports, name, baseDir) => void onPackage(exports, name, baseDir));
  for (const file of files) {
    const onFile: HookListener = (exports) => notify(listener, exports, file, undefined);
    hookRequire([file], { internals: true }, onFile);
    hookImport([file], { internals: true }, (exports) => void onFile(exports, file));
  }
  return await hookLoader(requireFromOtel, packages, files);
}

/** Two copies of import-in-the-middle never see each other's modules, so the one of `@opentelemetry/instrumentation` is shared. */
function requireBesideOtel(): NodeJS.Require {
  return createRequire(createRequire(import.meta.url).resolve('@opentelemetry/instrumentation'));
}

async function hookLoader(requireFromOtel: NodeJS.Require, packages: string[], files: string[]): Promise<EsmHooks> {
  if (hasForeignLoader()) return 'present';
  try {
    const entry = pathToFileURL(requireFromOtel.resolve('import-in-the-middle/register-hooks.mjs')).href;
    const hooks = (await import(entry)) as SyncHooks;
    if (hooks.supportsSyncHooks()) {
      hooks.register({ shouldInclude: (url, specifier) => packages.includes(specifier) || files.includes(pathOf(url)) });
      return 'sync';
    }
    const include = [...packages, ...files.map((file) => pathToFileURL(file).href)];
    register(new URL('hook.mjs', entry), { data: { include } });
    return 'async';
  } catch (error) {
    diag.warn('crawlscope: ES modules are not instrumented, the loader hook failed', error);
    return 'none';
  }
}

/** A second registration would silence both, and a loader that came first wraps every module, ours too. */
function hasForeignLoader(): boolean {
  const command = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  // Behind a bare --import the file does nothing.
  return /loader[= ]\S*(opentelemetry\/instrumentation|import-in-the-middle)\/hook\.mjs/.test(command);
}

function notify(listener: LoadListener, exports: ModuleExports, name: string, version: string | undefined): ModuleExports {
  try {
    return listener(exports, name, version);
  } catch (error) {
    diag.error(`crawlscope: cannot instrument ${name}`, error);
    return exports;
  }
}

function versionIn(baseDir: string | undefined): string | undefined {
  if (!baseDir) return undefined;
  try {
    const { version } = JSON.parse(readFileSync(join(baseDir, 'package.json'), 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

function pathOf(url: string): string {
  if (!url.startsWith('file:')) return url;
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}
