#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(
    `crawlscope needs Node.js >= 22.15, this is ${process.versions.node}: install a newer Node.js and run the command again.\n`,
  );
  process.exitCode = 2;
} else {
  const { main } = await import('../dist/cli.js');
  process.exitCode = await main(process.argv.slice(2));
}
