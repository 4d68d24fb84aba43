// Crawls until it is killed, and tells how far it is.
import { writeSync } from 'node:fs';
import { page, run, withStage } from 'crawlscope';

run({ id: 'run-1', seed: 7 }, () => {
  let ended = 0;
  const step = () => {
    for (let i = 0; i < 20; i++) {
      page({ url: `https://h.example/${ended}` }, () => withStage('fetch', () => i));
      ended += 1;
    }
    writeSync(1, `${ended}\n`);
    setImmediate(step);
  };
  step();
});
