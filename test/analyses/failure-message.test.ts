import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizeMessage } from '../../src/analyses/failure-message.ts';

test.each([
  ['Navigation of https://a.example/x?y=1 timed out after 30 seconds.', 'Navigation of <url> timed out after <n> seconds.'],
  ['getaddrinfo ENOTFOUND www.site-1.example', 'getaddrinfo ENOTFOUND <host>'],
  ['connect ECONNREFUSED 127.0.0.1:8080', 'connect ECONNREFUSED <ip>'],
  ['Request 7f9c24e5-11aa-4b0c-9d3e-0123456789ab failed', 'Request <id> failed'],
  ['table "pages" has no column `x`', 'table <text> has no column <text>'],
  [
    "Can't read ENOENT: no such file or directory, open '/srv/a.txt'",
    "Can't read ENOENT: no such file or directory, open <text>",
  ],
  ['cannot open /srv/data/a.txt', 'cannot open <path>'],
  ['Error: boom\n    at x (y.js:1:2)', 'Error: boom'],
  ['content hash 40e11647bece7a85 unknown', 'content hash <id> unknown'],
])('%s', (message, expected) => {
  expect(normalizeMessage(message)).toBe(expected);
});

/** Quotes and brackets may be part of a URL, but in a message they mostly are around it. */
const urls = fc.webUrl({ validSchemes: ['https'] }).filter((url) => !/['`)\]]/.test(url));

test('messages that differ in a number or a URL alone read alike', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), urls, (a, b, url) => {
      expect(normalizeMessage(`fetch of ${url} failed after ${a} ms`)).toBe(
        normalizeMessage(`fetch of https://x.example/ failed after ${b} ms`),
      );
    }),
  );
});
