import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSpans, runApp, temporaryFolder } from './child.ts';

const CONFIGS: [file: string, text: string][] = [
  ['crawlscope.config.json', '{ "serviceName": "from-config", "redact": ["pin"] }'],
  ['crawlscope.config.mjs', 'export default { serviceName: "from-config", redact: ["pin"] };'],
  ['crawlscope.config.ts', 'const name: string = "from-config"; export default { serviceName: name, redact: ["pin"] };'],
];

test.each(CONFIGS)('%s is read', async (file, text) => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, file), text);
  const result = await runApp('configured.mjs', { cwd: folder.path });
  expect(result.stderr).toBe('');
  expect(result.stdout).toContain('service from-config');
  expect(JSON.stringify(readSpans(`${folder.path}/.crawlscope`))).toContain('pin=REDACTED');
});

test.each([
  ['{ "serviceNam": "x" }', 'unknown key "serviceNam"; known are serviceName, redact'],
  ['{ "serviceName": 7 }', '"serviceName" is number 7, it must be a text'],
  ['{ "diskLimit": -1 }', '"diskLimit" is number -1, it must be a number of bytes'],
  ['{ "stages": [{ "module": "./a.js" }] }', '"stages[0]" needs export, stage as text'],
  ['[]', 'cannot be read and is left out: it is not an object'],
  ['{ broken', 'cannot be read and is left out'],
])('what is wrong is told with file and key: %s', async (text, message) => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'crawlscope.config.json'), text);
  const result = await runApp('configured.mjs', { cwd: folder.path });
  expect(result.code).toBe(0);
  expect(result.stderr).toContain('crawlscope.config.json');
  expect(result.stderr).toContain(message);
  expect(readSpans(`${folder.path}/.crawlscope`)).toHaveLength(1);
});

test('OTEL_SERVICE_NAME wins over the configuration', async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'crawlscope.config.json'), '{ "serviceName": "from-config" }');
  const result = await runApp('configured.mjs', { cwd: folder.path, env: { OTEL_SERVICE_NAME: 'from-env' } });
  expect(result.stdout).toContain('service from-env');
});
