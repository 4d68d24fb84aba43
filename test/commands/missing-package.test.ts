import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/crawlscope.js', import.meta.url));
/** Makes a package look as `npm install --omit=optional` leaves it. */
const withoutHono = `import { registerHooks } from 'node:module';
registerHooks({ resolve(name, context, next) {
  if (name !== 'hono') return next(name, context);
  throw Object.assign(new Error("Cannot find package 'hono' imported from x"), { code: 'ERR_MODULE_NOT_FOUND' });
} });`;

test('a missing optional package is named with the command that installs it', async () => {
  const hook = `data:text/javascript,${encodeURIComponent(withoutHono)}`;
  const run = promisify(execFile)(process.execPath, ['--import', hook, bin, 'serve', '--json']);
  await expect(run).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^crawlscope: needs the package hono.*\n.*npm install hono/),
  });
});

test('the other commands still work, and the help lists the one that does not', async () => {
  const hook = `data:text/javascript,${encodeURIComponent(withoutHono)}`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', hook, bin, '--help']);
  expect(stdout).toContain('serve [arguments...]');
  expect(stdout).toContain('needs the package hono');
  expect(stdout).toContain('trace [options] <url>');
});
