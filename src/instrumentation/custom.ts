import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { diag, type Attributes } from '@opentelemetry/api';
import { stage } from '../crawl/stage.ts';
import type { ModuleExports } from './instrumentation.ts';
import { isWrapped, markWrapped, notePatched, replaceExport, warnOnce, type AnyFunction, type Wrapper } from './wrap.ts';

/** A function of the user's own modules, or of a library of theirs, that is a stage. */
export interface StageDeclaration {
  /** A path relative to the configuration file, or a package. */
  readonly module: string;
  /** `name`, `default`, `Class.method` (static) or `Class.prototype.method`. */
  readonly export: string;
  /** `fetch`, `extract`, `classify`, `embed`, `store` or a name of the user's own. */
  readonly stage: string;
  /** Attributes of the stage's span, or a function that takes them from a call. */
  readonly attributes?: Attributes | ((args: readonly unknown[], result: unknown) => Attributes) | undefined;
  readonly modelVersion?: string | undefined;
}

/** Declared stages, ready to be hooked. */
export interface CustomStages {
  packages: string[];
  /** Absolute paths. */
  files: string[];
  /** Wraps what is declared of this module; gives other exports where these cannot be changed. */
  patch: (exports: ModuleExports, name: string) => ModuleExports;
}

/** Prepares the declared stages; what is never loaded is told at exit, at debug level. */
export function customStages(declarations: readonly StageDeclaration[], baseDir: string): CustomStages {
  const byModule = Map.groupBy(declarations, ({ module }) => (isPath(module) ? realPath(resolve(baseDir, module)) : module));
  const unseen = new Set(byModule.keys());
  if (unseen.size > 0) process.once('exit', () => reportUnseen(unseen));
  const names = [...byModule.keys()];
  return {
    packages: names.filter((name) => !isPath(name)),
    files: names.filter(isPath),
    patch(exports, name) {
      unseen.delete(name);
      return (byModule.get(name) ?? []).reduce(wrapDeclared, exports);
    },
  };
}

function wrapDeclared(exports: ModuleExports, declared: StageDeclaration): ModuleExports {
  const { module, export: name, stage: stageName, attributes, modelVersion } = declared;
  const wrapper: Wrapper = (original) => stage(stageName, original, { attributes, modelVersion });
  const replaced = replaceExport(exports, name.split('.'), wrapper);
  if (replaced) {
    notePatched(`${module} ${name}`);
    return replaced;
  }
  // `module.exports = function` has no property to replace.
  if (name === 'default' && typeof exports === 'function') {
    const original = exports as AnyFunction;
    return (isWrapped(original) ? original : markWrapped(wrapper(original), original)) as unknown as ModuleExports;
  }
  const key = `${module} ${name}`;
  warnOnce(key, `crawlscope: ${module} has no function ${name} that can be replaced; it exports ${describeExports(exports)}`);
  return exports;
}

function describeExports(exports: ModuleExports): string {
  const names = Object.keys(exports).flatMap((key) => [key, ...methodsOf(exports[key]).map((method) => `${key}.${method}`)]);
  return names.length > 0 ? names.slice(0, 50).join(', ') : 'nothing';
}

function methodsOf(value: unknown): string[] {
  if (typeof value !== 'function' || !/^class\b/.test(Function.prototype.toString.call(value))) return [];
  const prototype = value.prototype as object;
  const own = Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
  const fixed = Object.getOwnPropertyNames(value).filter(
    (name) => typeof Reflect.get(value, name) === 'function' && name !== 'prototype',
  );
  return [...own.map((name) => `prototype.${name}`), ...fixed];
}

function reportUnseen(unseen: Set<string>): void {
  for (const name of unseen) diag.debug(`crawlscope: ${name} was declared in stages but never loaded`);
}

function isPath(module: string): boolean {
  return /^\.{0,2}[\\/]|^[A-Za-z]:[\\/]/.test(module);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    warnOnce(path, `crawlscope: stages name a module that does not exist: ${path}`);
    return path;
  }
}
