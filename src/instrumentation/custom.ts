import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { diag, type Attributes } from '@opentelemetry/api';
import { stage } from '../crawl/stage.ts';
import type { ModuleExports } from './instrumentation.ts';
import { isWrapped, markWrapped, type AnyFunction } from './wrap.ts';

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
  const path = declared.export.split('.');
  const last = path.pop() ?? '';
  const owners = ownersOf(exports, path).filter((owner) => typeof owner[last] === 'function');
  if (owners.length === 0 && last === 'default' && path.length === 0 && typeof exports === 'function') {
    return wrapFunction(exports, declared) as unknown as ModuleExports;
  }
  if (owners.length === 0) {
    diag.warn(`crawlscope: ${declared.module} has no function ${declared.export}; it exports ${describeExports(exports)}`);
    return exports;
  }
  let replaced = exports;
  for (const owner of owners) {
    const wrapped = wrapFunction(owner[last] as AnyFunction, declared);
    if (owner[last] === wrapped || assign(owner, last, wrapped)) continue;
    if (owner === exports) replaced = copyWith(exports, last, wrapped);
    else diag.warn(`crawlscope: ${declared.module} does not let ${declared.export} be replaced; it is not a stage`);
  }
  return replaced;
}

/** The objects that hold the function: also the `module.exports` that an ES module's `default` shows. */
function ownersOf(exports: ModuleExports, path: string[]): ModuleExports[] {
  const roots = [exports, exports['default']];
  const owners = roots.map((root) => path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), root));
  return [...new Set(owners)].filter(isObject);
}

const wrappers = new WeakMap<AnyFunction, AnyFunction>();

function wrapFunction(fn: AnyFunction | ModuleExports, { stage: name, attributes, modelVersion }: StageDeclaration): AnyFunction {
  const original = fn as AnyFunction;
  if (isWrapped(original)) return original;
  let wrapper = wrappers.get(original);
  if (!wrapper) {
    wrapper = markWrapped(stage(name, original, { attributes, modelVersion }), original);
    wrappers.set(original, wrapper);
  }
  return wrapper;
}

function assign(owner: ModuleExports, key: string, value: unknown): boolean {
  try {
    owner[key] = value;
    if (owner[key] === value) return true;
  } catch {
    // A getter without a setter: it may still be configurable.
  }
  try {
    Object.defineProperty(owner, key, { value, enumerable: true, configurable: true, writable: true });
    return owner[key] === value;
  } catch {
    return false;
  }
}

/** Bundlers export through getters that cannot be redefined, so `require` gives a copy. */
function copyWith(exports: ModuleExports, key: string, value: unknown): ModuleExports {
  const descriptors = Object.getOwnPropertyDescriptors(exports);
  descriptors[key] = { value, enumerable: true, configurable: true, writable: true };
  return Object.create(Object.getPrototypeOf(exports) as object, descriptors) as ModuleExports;
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
    diag.warn(`crawlscope: stages name a module that does not exist: ${path}`);
    return path;
  }
}

function isObject(value: unknown): value is ModuleExports {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
