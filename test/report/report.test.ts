import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Analysis, AnalysisContext, Section } from '../../src/analyses/analysis.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { buildReport, type Report } from '../../src/report/report.ts';
import type { Store } from '../../src/store/store.ts';

const WEEK = { fromUs: Date.parse('2026-11-16T00:00:00Z') * 1000, toUs: Date.parse('2026-11-23T00:00:00Z') * 1000 };
const context: AnalysisContext = { store: {} as Store, window: WEEK, nowUs: WEEK.toUs };

function analysis(id: string, run: Analysis['run']): Analysis {
  return { id, title: `The ${id}`, run };
}

function sectionWith(text: string): Section {
  const columns = [
    { id: 'a', label: text, type: 'text' },
    { id: 'b', label: 'b', type: 'url' },
    { id: 'c', label: 'c', type: 'trace' },
  ] as const;
  return {
    id: 'first',
    title: text,
    status: 'warning',
    summary: text,
    details: [
      { type: 'text', text },
      { type: 'table', id: 't', title: text, columns, rows: [[text, text, text]] },
      {
        type: 'figures',
        figures: [{ id: 'f', label: text, unit: '1', value: 0.5, previous: 0.25, average: null, trend: [0.25, 0.5] }],
      },
      { type: 'series', id: 's', title: text, unit: '{page}', x: [text, 'b'], series: [{ name: text, values: [1, null] }] },
      { type: 'actions', actions: [{ severity: 'high', evidence: text, action: text, command: text }] },
    ],
  };
}

function build(section: Section): Promise<Report> {
  return buildReport(context, [analysis('first', async () => section)]);
}

test('an analysis that throws becomes an error section and the report is still written', async () => {
  const report = await buildReport(context, [
    analysis('broken', () => Promise.reject(new Error('no such column: x'))),
    analysis('fine', async () => ({ ...sectionWith('fine'), id: 'fine' })),
  ]);
  expect(report.sections.map(({ id, status }) => ({ id, status }))).toEqual([
    { id: 'broken', status: 'error' },
    { id: 'fine', status: 'warning' },
    { id: 'recommendations', status: 'alert' },
  ]);
  expect(report.headline).toContain('The broken');
  expect(renderMarkdown(report)).toContain('no such column: x');
  expect(renderHtml(report)).toContain('no such column: x');
});

test('the HTML of any text holds no tag, attribute or script that the text brought along', async () => {
  const plain = shape(renderHtml(await build(sectionWith('plain'))));
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string().map((text) => `"'><script>${text}</script><img onerror=`),
  );
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      expect(shape(renderHtml(await build(sectionWith(text || ' '))))).toEqual(plain);
    }),
    { numRuns: 200 },
  );
});

test('text in a Markdown table stays in its cell', async () => {
  const plain = rows(renderMarkdown(await build(sectionWith('plain'))));
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
      expect(rows(renderMarkdown(await build(sectionWith(text))))).toEqual(plain);
    }),
    { numRuns: 200 },
  );
});

test('stays under 500 KB however much the analyses say', async () => {
  const section = sectionWith('long');
  const columns = [{ id: 'a', label: 'a', type: 'text' }] as const;
  const many = Array.from({ length: 5_000 }, (_, index) => [`${index} ${'x'.repeat(400)}`]);
  const tables = Array.from(
    { length: 40 },
    (_, index) => ({ type: 'table', id: `t${index}`, title: 'Many', columns, rows: many }) as const,
  );
  const html = renderHtml(await build({ ...section, details: tables }));
  expect(Buffer.byteLength(html)).toBeLessThan(500_000);
  expect(html).toContain('more rows are in the JSON report');
});

/** The tags of a page, in order. */
function shape(html: string): string[] {
  return html.match(/<[a-z!/][^\s>]*/gi) ?? [];
}

/** The number of cells of each table row. */
function rows(markdown: string): number[] {
  const lines = markdown.split('\n').filter((line) => line.startsWith('|'));
  return lines.map((line) => line.replace(/\\\||\\\\/g, '').split('|').length);
}
