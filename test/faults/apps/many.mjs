// A burst of pages with one stage each, then a little time, as a crawl has at its end.
import { setTimeout as sleep } from 'node:timers/promises';
import { page, withStage } from 'crawlscope';

const [pages, wait = '0'] = process.argv.slice(2);
let sum = 0;
for (let i = 0; i < Number(pages); i++) {
  page({ url: `https://h.example/${i}` }, (active) => {
    sum += withStage('extract', () => i);
    active.result({ score: 0.7, category: 'news' });
  });
}
await sleep(Number(wait));
console.log(`sum ${sum}`);
process.exitCode = 5;
