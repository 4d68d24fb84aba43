import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { SelfCheck } from '../../src/self-check.ts';
import { REGISTER, runApp, type ChildOptions } from '../sdk/child.ts';

const APPS = new URL('apps/', import.meta.url);

/** Runs an application with and without crawlscope, sees that it did the same, and gives the self-check of the end. */
export async function compare(app: string, folder: string, options: ChildOptions = {}) {
  const path = new URL(app, APPS).pathname;
  const file = join(folder, 'check.json');
  const plain = await runApp(path, { ...options, cwd: folder, imports: [] });
  const traced = await runApp(path, {
    ...options,
    cwd: folder,
    imports: [REGISTER, new URL('check.mjs', APPS).href],
    env: { CHECK_FILE: file, ...options.env },
  });
  expect({ ...traced, stderr: '' }).toEqual({ ...plain, stderr: '' });
  const check = JSON.parse(readFileSync(file, 'utf8')) as SelfCheck & { megabytes: number };
  return { plain, stderr: traced.stderr, check };
}
