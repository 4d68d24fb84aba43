#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(
    `crawlscope needs Node.js >= 22.15, this is ${process.versions.node}: install a newer Node.js and run the command again.\n`,
  );
  process.exitCode = 2;
} else {
  const cli = await import('../dist/cli.js').catch(reportMissing);
  process.exitCode = cli ? await cli.main(process.argv.slice(2)) : 2;
}

/** An install with `--omit=optional` has the half that instruments crawlers alone. */
function reportMissing(error) {
  const [, name] = /Cannot find package '([^']+)'/.exec(error.code === 'ERR_MODULE_NOT_FOUND' ? error.message : '') ?? [];
  if (name === undefined) throw error;
  process.stderr.write(
    `crawlscope: the package ${name}, which the commands need, is not installed\n  Run: npm install crawlscope --include=optional (or npm install ${name}).\n`,
  );
}
