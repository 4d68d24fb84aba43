// Crawls whose handlers, attributes and URLs are as bad as they get; prints what the application itself sees.
import { fail, page, run, stage, withStage } from 'crawlscope';

const SURROGATE = '\ud800';
const cyclic = { name: 'cyclic' };
cyclic.self = cyclic;
const trapped = new Proxy(
  {},
  {
    get: () => {
      throw new Error('trapped');
    },
    has: () => {
      throw new Error('trapped');
    },
    ownKeys: () => {
      throw new Error('trapped');
    },
    getPrototypeOf: () => {
      throw new Error('trapped');
    },
  },
);
const thrower = {
  get message() {
    throw new Error('no message');
  },
  toString: () => {
    throw new Error('no text');
  },
};

const cases = {
  async thrown() {
    const cause = new Error('first');
    cause.cause = cause;
    const values = [
      undefined,
      null,
      0,
      '',
      SURROGATE,
      5n,
      Symbol('s'),
      () => 1,
      [],
      cyclic,
      Object.freeze({}),
      trapped,
      thrower,
      cause,
    ];
    values.push(Object.freeze(new Error('frozen')), Object.assign(new Error('big'), { message: 'x'.repeat(5_000_000) }));
    for (const [i, value] of values.entries()) {
      const inner = stage('extract', () => {
        throw value;
      });
      try {
        page({ url: `https://h.example/${i}`, willRetry: () => trapped.no }, () => inner());
      } catch (error) {
        console.log(i, error === value);
      }
      await page({ url: `https://h.example/${i}/later` }, async () => inner()).catch((error) => console.log(i, error === value));
    }
  },
  async attributes() {
    const huge = 'x'.repeat(10_000_000);
    const list = Array.from({ length: 200_000 }, (_, i) => `tag ${i}`);
    const nested = { list, cyclic, trapped, date: new Date(Number.NaN) };
    const given = [
      cyclic,
      nested,
      trapped,
      { huge, big: 10n, [Symbol('s')]: 1, not: Number.NaN, '': 1, [huge]: 1 },
      { list },
      null,
      'text',
    ];
    for (const [i, attributes] of given.entries()) {
      const size = withStage('extract', () => i, { attributes });
      const called = stage('embed', () => i, { attributes: () => attributes });
      page({ url: `https://h.example/${i}`, attributes }, (active) => {
        active.result({
          score: Number.NaN,
          category: huge,
          tags: list,
          tagScores: list,
          contentHash: cyclic,
          length: -1,
          cacheHit: 'no',
        });
        active.result(attributes);
        active.fail(huge, { message: huge, attributes });
        fail(cyclic);
        console.log(size, called());
      });
    }
    run({ config: nested, versions: { huge }, seed: Number.NaN, attributes: { cyclic } }, () => console.log('run'));
  },
  async urls() {
    const path = 'a'.repeat(100_000);
    const urls = [
      `https://h.example/${path}`,
      `https://u:${path}@h.example/${path}?token=${path}`,
      `https://h.example/${SURROGATE}${path}\udc00`,
      `https://h.example/?q=${'%'.repeat(100_000)}`,
      `https://h.example/?${'a=b&'.repeat(25_000)}token=S3cr3t`,
      `${SURROGATE}`,
      '',
      'not a url',
      'data:text/html,<p>',
      undefined,
      null,
      42,
      cyclic,
      trapped,
    ];
    for (const [i, url] of urls.entries()) {
      page({ url, discoveredBy: { traceparent: path }, parent: trapped, retry: i % 2 }, (active) => {
        withStage(`extract${SURROGATE}`, () => 1);
        active.result({ category: `${SURROGATE}x`, tags: [SURROGATE] });
        console.log(i);
      });
    }
  },
};
await cases[process.argv[2]]();
console.log('done');
