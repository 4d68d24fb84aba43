// The clock of the system is set back by an hour in the middle of a page, and once more between pages.
import { setTimeout as sleep } from 'node:timers/promises';
import { page, withStage } from 'crawlscope';

const now = Date.now;
let back = 0;
Date.now = () => now() - back;
for (let i = 0; i < 30; i++) {
  await page({ url: `https://h.example/${i}` }, async () => {
    await withStage('fetch', async () => {
      await sleep(5);
      if (i === 10) back += 3_600_000;
      await sleep(5);
    });
  });
  if (i === 20) back += 3_600_000;
}
console.log('30 pages');
