import { expect, test } from 'vitest';
import type { Detail, Section } from '../../src/analyses/analysis.ts';
import { renderSection } from '../../src/report/terminal.ts';

const HOSTILE = 'evil\u001B[2J\u202Etag\nnext';
const section = (details: Detail[]): Section => ({ id: 'x', title: 'Title', status: 'warning', summary: HOSTILE, details });

test('crawled text never reaches the terminal as control characters', () => {
  const text = renderSection(
    section([
      { type: 'text', text: HOSTILE },
      { type: 'table', id: 't', title: HOSTILE, columns: [{ id: 'a', label: 'A', type: 'text' }], rows: [[HOSTILE]] },
      { type: 'series', id: 's', title: HOSTILE, unit: '1', x: [HOSTILE], series: [{ name: HOSTILE, values: [0.5] }] },
      { type: 'actions', actions: [{ severity: 'high', evidence: HOSTILE, action: HOSTILE, command: HOSTILE }] },
    ]),
    false,
  );
  expect(text).not.toContain('\u001B');
  expect(text).not.toContain('\u202E');
  expect(text.match(/evil\\u\{1b\}\[2J\\u\{202e\}tag\\u\{a\}next/g)).toHaveLength(10);
});

test('shows figures beside what they were, and tables by the type of their columns', () => {
  const text = renderSection(
    section([
      { type: 'figures', figures: [{ id: 'f', label: 'Passed', unit: '1', value: 0.5, previous: 0.25 }] },
      {
        type: 'table',
        id: 't',
        title: 'Shares',
        columns: [
          { id: 'a', label: 'Tag', type: 'text' },
          { id: 'b', label: 'Share', type: 'ratio' },
        ],
        rows: [
          ['physics', 0.125],
          ['space', null],
        ],
      },
    ]),
    false,
  );
  expect(text).toContain('Title: warning');
  expect(text).toContain('Passed: 50.0 % (before: 25.0 %)');
  expect(text).toMatch(/physics\s*│\s*12\.5 %/);
  expect(text).toMatch(/space\s*│\s*–/);
});
