import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { SelfCheck } from '../../src/self-check.ts';
import { runApp, temporaryFolder } from '../sdk/child.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

async function diagnose(cwd: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(ROOT, 'bin/crawlscope.js'), 'doctor', '--json', ...args], {
    cwd,
    env: { ...process.env, ...env },
  });
  const code = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const check = JSON.parse(out === '' ? '{}' : out) as SelfCheck;
  return { code: await code, err, check, traps: check.traps.map(({ id }) => id) };
}

function install(folder: string, ...names: string[]): void {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  for (const name of names) symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
}

test('a healthy set-up is told with libraries, patched methods and places, and leaves nothing behind', async () => {
  using folder = temporaryFolder();
  install(folder.path, 'crawlee', 'pg');
  writeFileSync(join(folder.path, 'crawlscope.config.json'), '{"serviceName":"shop"}');
  const { code, check, traps } = await diagnose(folder.path);
  expect({ code, traps }).toEqual({ code: 0, traps: [] });
  expect(check).toMatchObject({
    node: process.versions.node,
    esmHooks: expect.stringMatching(/sync|async/),
    libraries: { '@crawlee/basic': expect.stringMatching(/^3\./), pg: expect.stringMatching(/^8\./) },
    patched: expect.arrayContaining(['BasicCrawler.run', 'Client.query']),
    config: { path: expect.stringContaining('crawlscope.config.json'), problems: [] },
    directory: join(folder.path, '.crawlscope/otlp'),
    endpoint: null,
  });
  expect(existsSync(join(folder.path, '.crawlscope'))).toBe(false);
});

test('traps are named: second copy of the API, early Crawlee, invalid configuration, blocked folder, unloadable module', async () => {
  using folder = temporaryFolder();
  install(folder.path, 'crawlee');
  const copy = join(folder.path, 'node_modules/@opentelemetry/api');
  mkdirSync(copy, { recursive: true });
  writeFileSync(join(copy, 'package.json'), '{"name":"@opentelemetry/api","version":"1.4.0","main":"index.js"}');
  writeFileSync(join(copy, 'index.js'), '');
  writeFileSync(join(folder.path, 'crawlscope.config.json'), '{"redact":"pin"}');
  writeFileSync(join(folder.path, 'early.cjs'), "require('crawlee');");
  writeFileSync(join(folder.path, 'blocked'), 'a file');
  const env = { NODE_OPTIONS: `--require ${join(folder.path, 'early.cjs')}`, CRAWLSCOPE_DIR: join(folder.path, 'blocked') };
  const { code, traps, check } = await diagnose(folder.path, ['./absent.js'], env);
  expect(code).toBe(1);
  expect(traps).toEqual(['two_apis', 'loaded_too_late', 'unwritable_folder', 'config_invalid', 'module_failed']);
  expect(check.traps[0]?.message).toContain('1.4.0');
  expect(check.traps[1]?.message).toContain('@crawlee/basic');
});

test.each([
  ['sdk_disabled', { OTEL_SDK_DISABLED: 'true' }],
  [
    'hooks_twice',
    { NODE_OPTIONS: `--experimental-loader=${join(ROOT, 'node_modules/@opentelemetry/instrumentation/hook.mjs')}` },
  ],
])('a trap of the environment is named: %s', async (id, env) => {
  using folder = temporaryFolder();
  const { code, traps } = await diagnose(folder.path, [], env);
  expect({ code, traps }).toEqual({ code: 1, traps: [id] });
});

test('a process tells its self-check at debug level, with what it wrote', async () => {
  using folder = temporaryFolder();
  const { stdout } = await runApp('ending.mjs', { args: ['normal'], cwd: folder.path, env: { OTEL_LOG_LEVEL: 'debug' } });
  const tellings = [...stdout.matchAll(/crawlscope: self-check at (\w+): (\{.*\})/g)];
  expect(tellings.map(([, when]) => when)).toEqual(['start', 'exit']);
  expect(JSON.parse(tellings[1]?.[2] ?? '')).toMatchObject({ written: { traces: 1401, logs: 1 }, dropped: {}, traps: [] });
});
