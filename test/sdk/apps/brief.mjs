import { setTimeout as sleep } from 'node:timers/promises';
import { page } from 'crawlscope';

for (let i = 0; i < 20; i++) page({ url: 'https://h.example/' }, () => {});
await sleep(300);
process.exit(0);
