import { expect, test } from 'vitest';
import { filesOf, readLines, readSpans, temporaryFolder } from '../sdk/child.ts';
import { readFileSync } from 'node:fs';
import { compare } from './crawls.ts';

test.each([
  ['thrown', 16 * 4],
  ['attributes', 7 * 3 + 1],
  ['urls', 14 * 2],
])(
  '%s: the application sees what it sees without crawlscope, and every span is on disk, valid and bounded',
  async (name, count) => {
    using folder = temporaryFolder();
    const { plain, check } = await compare('hostile.mjs', folder.path, { args: [name], env: { CRAWLSCOPE_DIR: folder.path } });
    expect(plain).toMatchObject({ code: 0, stdout: expect.stringMatching(/done\n$/) });
    expect(check.dropped).toEqual({});
    const spans = readSpans(folder.path);
    expect(spans).toHaveLength(count);
    expect(readLines(folder.path, 'traces').length).toBeGreaterThan(0);
    const strings = spans.flatMap((span) => textsIn(span));
    expect(strings.filter((text) => !text.isWellFormed())).toEqual([]);
    expect(strings.filter((text) => text.length > 16_384)).toEqual([]);
    expect(strings.length).toBeLessThan(2000 * count);
    const urls = spans.flatMap((span) => span.attributes.filter(({ key }) => key === 'url.full'));
    expect(urls.every(({ value }) => String(value['stringValue']).length <= 2048)).toBe(true);
    const text = filesOf(folder.path, 'traces')
      .map((file) => readFileSync(file, 'utf8'))
      .join('');
    expect(text).not.toContain('S3cr3t');
    expect(text).not.toContain('\uFFFD\uFFFD\uFFFD');
  },
);

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? [...Object.keys(value), ...Object.values(value).flatMap(textsIn)] : [];
}
