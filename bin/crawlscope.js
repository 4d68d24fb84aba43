#!/usr/bin/env node
import { homedir } from 'node:os';
import { join } from 'node:path';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(
    `crawlscope needs Node.js >= 22.15, this is ${process.versions.node}: install a newer Node.js and run the command again.\n`,
  );
  process.exitCode = 2;
} else {
  await keepCompiled();
  const { main } = await import('../dist/cli.js');
  process.exitCode = await main(process.argv.slice(2));
}

/** Keeps compiled code in the user's own cache, never in a temporary folder that others can write to; without it all works, slower. */
async function keepCompiled() {
  // Not at the top: older versions, which are told above, have no such export.
  const { enableCompileCache } = await import('node:module');
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  try {
    enableCompileCache(join(XDG_CACHE_HOME || LOCALAPPDATA || join(homedir(), '.cache'), 'crawlscope', 'compiled'));
  } catch {
    // A user without a home folder.
  }
}
