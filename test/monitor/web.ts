import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeSpans } from '../fixtures/generate/otlp-json.ts';

/** Text that tries to get out of every place it is shown in. */
const HOSTILE = `"'><script>window.hacked=1</script><img src=x onerror="window.hacked=1"><a href="javascript:window.hacked=1">x</a>`;
export const HOSTILE_TRACE = 'e'.repeat(32);

/** Adds a classified page and a failure that are hostile in URL, category, tags and message. */
export async function writeHostilePage(folder: string, at: string): Promise<void> {
  const endUs = Date.parse(at) * 1000 - 60e6;
  const url = `https://evil.example/${HOSTILE}`;
  const attributes = {
    'url.full': url,
    'url.domain': 'evil.example',
    'crawl.page.category': HOSTILE,
    'crawl.page.tags': [HOSTILE],
    'crawl.page.score': 0.7,
    'crawl.threshold.value': 0.6,
    'crawl.threshold.passed': true,
  };
  const span = { traceId: HOSTILE_TRACE, kind: 1, startUs: endUs - 1e6, endUs };
  const failure = {
    'exception.type': HOSTILE,
    'exception.message': HOSTILE,
    'exception.stacktrace': `${HOSTILE}\n  at ${HOSTILE}`,
  };
  const stage = { ...span, spanId: 'a'.repeat(16), parentSpanId: 'b'.repeat(16), name: 'crawl.classify', failed: true };
  const spans = [
    {
      ...stage,
      attributes: { 'url.full': url, 'error.type': HOSTILE },
      events: [{ timeUs: endUs, name: 'exception', attributes: failure }],
    },
    { ...span, spanId: 'b'.repeat(16), name: 'crawl.page', attributes },
  ];
  await appendFile(join(folder, 'traces-hostile.jsonl'), `${encodeSpans({ 'service.name': HOSTILE }, spans)}\n`);
}

/** A running `crawlscope serve`. */
export async function startServe(...options: readonly string[]) {
  const cli = JSON.stringify(new URL('../../src/cli.ts', import.meta.url).href);
  const script = `import { main } from ${cli}; process.exitCode = await main(process.argv.slice(1));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, 'serve', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [chunk] = (await Promise.race([once(child.stdout, 'data'), ended.then(() => ['no address'])])) as [Buffer | string];
  const url = chunk.toString().trim();
  return {
    url,
    origin: new URL(url).origin,
    /** Ends it as Ctrl-C does; resolves to the exit code. */
    async stop() {
      child.kill('SIGINT');
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}
