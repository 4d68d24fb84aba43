// Burns a second of CPU, then idles.
import { setTimeout as sleep } from 'node:timers/promises';

while (process.cpuUsage().user < 1_000_000);
await sleep(2500);
console.log(performance.now() / 1000);
