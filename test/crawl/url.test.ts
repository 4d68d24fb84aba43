import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactText } from '../../src/crawl/redaction.ts';
import { URL_LIMIT, configureRedaction, domainOf, redactUrl } from '../../src/crawl/url.ts';
import { REDACTED_PARAMETERS } from '../../src/semconv.ts';

const SECRET = 'S3cr3tV4lue';
const parameter = fc
  .constantFrom(...REDACTED_PARAMETERS)
  .chain((name) => fc.constantFrom(name, name.toUpperCase(), name.replaceAll('_', '-'), encodeFirst(name)));
const junk = fc.string({ unit: 'binary', maxLength: 20 });
const benign = fc.tuple(fc.stringMatching(/^[a-j]{1,6}$/), fc.webSegment()).map(([key, value]) => `${key}=${value}`);
const base = fc.webUrl({ validSchemes: ['http', 'https'] });
const secretValue = junk.map((text) => `${SECRET}${encodeURIComponent(text.toWellFormed())}`);
const secretUrl = fc
  .tuple(base, fc.array(benign), parameter, secretValue, fc.array(benign), fc.constantFrom('?', '#', '#a?', '?x;'))
  .map(([url, before, key, value, after, mark]) => `${url}${mark}${[...before, `${key}=${value}`, ...after].join('&')}`);
const userInfo = fc
  .tuple(fc.stringMatching(/^[a-z]{1,8}$/), fc.constantFrom('', '/', '?', '#', ':', '\\', '@'))
  .map(([user, odd]) => `${user}:p${odd}${SECRET}`);
const loginUrl = fc.tuple(base, userInfo).map(([url, login]) => url.replace('://', `://${login}@`));

describe('redactUrl', () => {
  test('lets no secret parameter through, whatever stands around it', () => {
    fc.assert(
      fc.property(secretUrl, (url) => {
        expect(redactUrl(url)).not.toContain(SECRET);
      }),
    );
  });

  test('lets no user info through, valid or not', () => {
    fc.assert(
      fc.property(loginUrl, (url) => {
        expect(redactUrl(url)).not.toContain(SECRET);
      }),
    );
  });

  test('finds secrets in URLs that are parameters, encoded up to four times', () => {
    fc.assert(
      fc.property(fc.oneof(secretUrl, loginUrl), base, fc.integer({ min: 1, max: 6 }), (inner, outer, times) => {
        let value = inner;
        for (let i = 0; i < times; i++) value = encodeURIComponent(value);
        expect(redactUrl(`${outer}?next=${value}`)).not.toContain(SECRET);
      }),
    );
  });

  test('is idempotent and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(secretUrl, loginUrl, fc.string({ unit: 'binary' }), base), (url) => {
        const once = redactUrl(url);
        expect(redactUrl(once)).toBe(once);
        expect(once.isWellFormed()).toBe(true);
      }),
    );
  });

  test('leaves a URL without secrets as it is', () => {
    fc.assert(
      fc.property(base, fc.array(benign, { minLength: 1 }), (url, pairs) => {
        expect(redactUrl(`${url}?${pairs.join('&')}`)).toBe(`${url}?${pairs.join('&')}`);
      }),
    );
  });

  test('keeps keys and order', () => {
    expect(redactUrl('https://u:p@h.example/a?x=1&Token=abc&y=2#access_token=z')).toBe(
      'https://REDACTED:REDACTED@h.example/a?x=1&Token=REDACTED&y=2#access_token=REDACTED',
    );
    expect(redactUrl('https://user@h.example/')).toBe('https://REDACTED:REDACTED@h.example/');
    expect(redactUrl('https://h.example:8080/@name?mail=a@b.example')).toBe('https://h.example:8080/@name?mail=a@b.example');
  });

  test('drops the tabs and newlines that a URL parser drops', () => {
    expect(redactUrl('  https://h.example/?to\tken=abc\n')).toBe('https://h.example/?token=REDACTED');
  });

  test('cuts 100 KB to the limit and stays fast on hostile input', () => {
    for (const unit of ['a', '=', ';', '%25', 'a=%2525', '@', '://', '?&#', '😀']) {
      const cut = redactUrl(`https://h.example/?q=${unit.repeat(100_000)}`);
      expect(cut.length).toBeLessThanOrEqual(URL_LIMIT);
      expect(cut.isWellFormed()).toBe(true);
    }
  });

  test("adds the user's parameters", () => {
    expect(redactUrl('https://h.example/?my_pin=1')).toBe('https://h.example/?my_pin=1');
    configureRedaction({ parameters: ['My-Pin'] });
    expect(redactUrl('https://h.example/?my_pin=1')).toBe('https://h.example/?my_pin=REDACTED');
  });

  test('takes anything', () => {
    const inputs: unknown[] = [undefined, null, 7, {}, Symbol('s'), Object.create(null)];
    for (const input of inputs) expect(typeof redactUrl(input as string)).toBe('string');
  });
});

describe('redactText', () => {
  test('lets no secret of a URL through, whatever the message', () => {
    fc.assert(
      fc.property(junk, fc.oneof(secretUrl, loginUrl), junk, (before, url, after) => {
        expect(redactText(`${before} ${url} ${after}`, 10_000)).not.toContain(SECRET);
      }),
    );
  });

  test('redacts relative URLs and stacks', () => {
    expect(redactText('GET /a?token=abc&x=1 failed\n    at "file:///a.js?key=b":1:2', 200)).toBe(
      'GET /a?token=REDACTED&x=1 failed\n    at "file:///a.js?key=REDACTED":1:2',
    );
  });

  test('cuts long text and leaves no half secret', () => {
    const text = `${'x '.repeat(32_760)}https://u:${SECRET.repeat(100)}@h.example/`;
    expect(redactText(text, 100_000)).not.toContain(SECRET);
    expect(redactText('y'.repeat(200_000), 100)).toHaveLength(1);
  });
});

test('domainOf gives the host name', () => {
  expect(domainOf('https://User:pw@Sub.Example.org:8443/x')).toBe('sub.example.org');
  expect(domainOf(new URL('http://[::1]/'))).toBe('[::1]');
  expect(domainOf('not a url')).toBeUndefined();
  expect(domainOf('mailto:a@b.example')).toBeUndefined();
});

function encodeFirst(name: string): string {
  return `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`;
}
