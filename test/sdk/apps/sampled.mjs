// Crawls the same pages every time: the numbers decide which fail, ask a cache, or are retried.
import { fail, page, run, withStage } from 'crawlscope';

const count = Number(process.argv[2]);
run({ id: 'run-1', threshold: 0.5 }, () => {
  for (let i = 0; i < count; i++) {
    const retry = i % 50 === 0 ? 1 : 0;
    page({ url: `https://h.example/${i}`, retry, willRetry: false }, (active) => {
      withStage('fetch', () => i);
      withStage('embed', () => i, { attributes: { 'crawl.cache.hit': i % 4 === 0 } });
      if (i % 25 === 1) withStage('extract', () => fail('empty_content'));
      active.result({ score: (i % 10) / 10, category: i % 3 === 0 ? 'news' : 'shop' });
    });
  }
  if (process.argv[3] === 'cut') {
    void page({ url: 'https://h.example/open' }, () => {
      withStage('fetch', () => 1);
      return new Promise(() => {});
    });
    process.exit(0);
  }
});
