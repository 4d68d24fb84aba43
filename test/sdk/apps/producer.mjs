import { inject, page, withStage } from 'crawlscope';

const job = page({ url: 'https://h.example/?key=1', modelVersion: 'm@1' }, () => {
  withStage('fetch', () => 'text');
  return inject({ text: 'text' });
});
console.log(JSON.stringify(job));
