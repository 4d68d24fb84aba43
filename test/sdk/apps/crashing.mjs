import { setTimeout as sleep } from 'node:timers/promises';
import { page, run } from 'crawlscope';

await run({ id: 'run-1', config: { depth: 2 }, seed: 7, modelVersion: 'm@1', threshold: 0.4 }, async () => {
  for (let i = 0; i < 600; i++) page({ url: `https://h.example/${i}` }, () => {});
  await sleep(0);
  process.kill(process.pid, 'SIGKILL');
});
