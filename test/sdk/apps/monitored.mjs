import { setTimeout as sleep } from 'node:timers/promises';
import { cacheLookup, page, queueSize, withStage } from 'crawlscope';

queueSize(() => 7);
console.log('crawling');
await page({ url: 'https://a.example/fine' }, () => withStage('fetch', () => sleep(5)));
cacheLookup('embedding', true);
await page({ url: 'https://a.example/\u001B[2Jbad' }, () => withStage('fetch', () => Promise.reject(new Error('boom')))).catch(
  () => {},
);
await page({ url: 'https://a.example/long' }, () => withStage('embed', () => sleep(2500)));
console.log('done');
