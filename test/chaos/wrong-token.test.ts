import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { TOKEN } from '../programs/collector.ts';
import { makeSpans, send, traceRequest } from '../programs/otlp.ts';
import { spansOnDisk } from './record.ts';
import { collectorFor, makeWorkspace } from './workspace.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const CRAWL = `
  import { page } from 'crawlscope';
  for (let number = 0; number < 20; number += 1) await page({ url: 'https://example.com/' + number }, async () => {});
  console.log('crawled');
`;

test('no token and a wrong one are 401', async () => {
  const collector = await collectorFor({ directory: makeWorkspace() });
  for (const token of ['', 'wrong', `${TOKEN}x`])
    expect((await send(collector.otlpUrl, 'traces', traceRequest(makeSpans(1)), token)).status).toBe(401);
  const bare = await fetch(`${collector.otlpUrl}/v1/traces`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  expect(bare.status).toBe(401);
});

test('a crawler with a wrong token crawls to its end and says clearly why nothing arrives', async () => {
  const directory = makeWorkspace();
  const collector = await collectorFor({ directory });
  const child = spawn(process.execPath, ['--import', 'crawlscope/register', '--input-type=module', '--eval', CRAWL], {
    cwd: ROOT,
    env: {
      ...process.env,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.otlpUrl,
      OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer wrong-token',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, problems, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  expect([code, output.trim()]).toEqual([0, 'crawled']);
  expect(problems).toMatch(/401/);
  expect(problems).toMatch(/OTEL_EXPORTER_OTLP_HEADERS/);
  expect(problems).not.toContain('wrong-token');
  expect(spansOnDisk(join(directory, 'data')).size).toBe(0);
});
