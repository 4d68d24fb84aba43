import { dirname } from 'node:path';
import { findConfigFile, readConfigFile } from '../config-file.ts';
import { errorMessage } from '../errors.ts';
import type { CrawlscopeConfig, DeclaredStage } from './config-type.ts';
import { warnOnce } from './dropped.ts';

/** The configuration and where relative paths in it start. */
export interface LoadedConfig {
  readonly config: CrawlscopeConfig;
  readonly directory: string;
  /** The file itself, if there is one. */
  readonly path?: string;
  /** What is wrong with it. */
  readonly problems: readonly string[];
}

const CHECKS: { readonly [Key in keyof CrawlscopeConfig]-?: readonly [(value: unknown) => boolean, string] } = {
  serviceName: [isText, 'a text'],
  redact: [(value) => Array.isArray(value) && value.every(isText), 'a list of parameter names'],
  stages: [Array.isArray, 'a list of { module, export, stage }'],
  alerts: [isRecord, 'an object of limits'],
  stores: [(value) => isRecord(value) && Object.values(value).every(isText), 'an object of paths'],
  notify: [(value) => Array.isArray(value) && value.every(isRecord), 'a list of objects'],
  health: [isRecord, 'an object'],
  sampling: [isSampling, 'an object { ratio, slowMs } with a ratio above 0 and up to 1, and milliseconds'],
  diskLimit: [isPositive, 'a number of bytes'],
  fileLimit: [isPositive, 'a number of bytes'],
};
const STAGE_KEYS = ['module', 'export', 'stage', 'attributes', 'modelVersion'];

/** Reads the configuration of a folder; what is wrong in it is told and left out. */
export async function loadConfig(folder: string): Promise<LoadedConfig> {
  const path = findConfigFile(folder);
  const problems: string[] = [];
  if (path === undefined) return { config: {}, directory: folder, problems };
  const tell: Tell = (message) => {
    problems.push(message);
    warnOnce(message, message);
  };
  return { config: await readChecked(path, tell), directory: dirname(path), path, problems };
}

type Tell = (message: string) => void;

async function readChecked(path: string, tell: Tell): Promise<CrawlscopeConfig> {
  try {
    return checkConfig(await readConfigFile(path), path, tell);
  } catch (error) {
    tell(`${path} cannot be read and is left out: ${errorMessage(error)}`);
    return {};
  }
}

function checkConfig(given: unknown, path: string, tell: Tell): CrawlscopeConfig {
  if (!isRecord(given)) throw new Error('it is not an object');
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    const check = Object.hasOwn(CHECKS, key) ? CHECKS[key as keyof CrawlscopeConfig] : undefined;
    if (check === undefined) tell(`${path}: unknown key "${key}"; known are ${Object.keys(CHECKS).join(', ')}`);
    else if (check[0](value)) kept[key] = value;
    else tell(`${path}: "${key}" is ${show(value)}, it must be ${check[1]}; it is left out`);
  }
  if (kept['stages'] !== undefined)
    kept['stages'] = (kept['stages'] as unknown[]).filter((stage, index) => checkStage(stage, `stages[${index}]`, path, tell));
  return kept;
}

function checkStage(stage: unknown, key: string, path: string, tell: Tell): stage is DeclaredStage {
  const missing = isRecord(stage)
    ? ['module', 'export', 'stage'].filter((name) => !isText(stage[name]))
    : ['module', 'export', 'stage'];
  if (missing.length > 0) {
    tell(`${path}: "${key}" needs ${missing.join(', ')} as text; it is left out`);
    return false;
  }
  for (const name of Object.keys(stage as object)) {
    if (!STAGE_KEYS.includes(name)) tell(`${path}: unknown key "${key}.${name}"; known are ${STAGE_KEYS.join(', ')}`);
  }
  return true;
}

function show(value: unknown): string {
  return typeof value === 'object'
    ? Array.isArray(value)
      ? 'a list'
      : 'an object'
    : `${typeof value} ${String(value)}`.slice(0, 100);
}

function isSampling(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { ratio = 1, slowMs = 0, ...unknown } = value;
  const share = typeof ratio === 'number' && ratio > 0 && ratio <= 1;
  return share && typeof slowMs === 'number' && slowMs >= 0 && Object.keys(unknown).length === 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isPositive(value: unknown): boolean {
  return isNumber(value) && value > 0;
}
