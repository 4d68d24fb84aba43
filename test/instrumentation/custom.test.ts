import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pagesOf, runFixture, stagesOf, type Span } from './child.ts';

const STAGES_FILE = join(import.meta.dirname, 'fixtures/stages/declarations.mjs');

it('makes stages of declared functions of an ES module application', async () => {
  const { code, stdout, stderr, spans } = await runFixture('stages/app.mjs', { STAGES_FILE, DIAG: 'DEBUG' });
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout.split('\n').find((line) => line.startsWith('["A"')) ?? '')).toEqual([
    'A',
    3,
    'x: t',
    { category: 'c' },
    { category: 'd' },
    2,
    's',
    'o',
  ]);
  const stages = stagesOf(spans, pagesOf(spans, '/esm')[0]);
  expect(names(stages)).toEqual(
    ['extract', 'embed', 'load', 'extract', 'classify', 'classify', 'store', 'sealed', 'only', 'load', 'extract'].map(
      (name) => `crawl.${name}`,
    ),
  );
  expect(stages[0]?.attributes).toMatchObject({ given: 'a', result: 'A' });
  expect(stages[1]?.attributes).toMatchObject({ fixed: true, 'crawl.model.version': 'm@1' });
  expect(stages.at(-1)).toMatchObject({ error: true, attributes: { 'error.type': 'parse' } });
  const report = stdout + stderr;
  expect(report).toMatch(
    /library\.mjs has no function missing .* it exports .*plain.*Extractor\.prototype\.extract.*Extractor\.load/,
  );
  expect(report).toMatch(/a module that does not exist: .*absent\.mjs/);
  expect(report).toMatch(/never-loaded was declared in stages but never loaded/);
});

it('makes stages of declared functions of a CommonJS application', async () => {
  const { code, stdout, stderr, spans } = await runFixture('stages/app.cjs', { STAGES_FILE });
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toEqual([{ category: 'c' }, 2, 's', 'o', 'classify']);
  expect(names(stagesOf(spans, pagesOf(spans, '/cjs')[0]))).toEqual([
    'crawl.classify',
    'crawl.store',
    'crawl.sealed',
    'crawl.only',
  ]);
});

function names(spans: Span[]): string[] {
  return spans.map((span) => span.name);
}
