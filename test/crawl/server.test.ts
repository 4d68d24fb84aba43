import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { serverOf } from '../../src/crawl/server.ts';

const origin = fc.constantFrom(
  'http://example.org',
  'https://example.org:8443',
  'http://example.org:80',
  'https://Example.ORG',
  'http://127.1',
  'http://0x7f.1:99999',
  'http://a..b:',
  'http://user:secret@example.org',
  'http://[::1]:81',
  'https://münchen.example',
  'http:example.org',
  'http:///example.org',
  ' http://example.org',
  'ftp://example.org',
  'mailto:a@example.org',
);
const rest = fc.oneof(
  fc.constantFrom('', '/', '?a=/b', '#/c', '\\d', '/e:81', '\t/f', '@other.example/', ':1/g'),
  fc.webPath(),
  fc.string({ unit: 'binary' }),
  fc.constant(`/${'x'.repeat(5000)}`),
);

test('a server is the one that the URL parser finds, remembered or not', () => {
  fc.assert(
    fc.property(fc.oneof(fc.tuple(origin, rest), fc.tuple(fc.webUrl(), rest)), ([start, end]) => {
      const parsed = URL.parse(start + end);
      const expected = parsed?.hostname
        ? { address: parsed.hostname, port: Number(parsed.port) || (parsed.protocol === 'https:' ? 443 : 80) }
        : undefined;
      expect(serverOf(start + end)).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

test('more servers than are remembered are found all the same', () => {
  for (let number = 0; number < 2500; number += 1)
    expect(serverOf(`http://host-${number}.example:81/`)).toEqual({ address: `host-${number}.example`, port: 81 });
});
