import { page, run, withStage } from 'crawlscope';

const [ending, count = '700'] = process.argv.slice(2);

run({ id: 'run-1', threshold: 0.5 }, () => {
  for (let i = 0; i < Number(count); i++) {
    page({ url: `https://u:p@h.example/${i}?token=S3cr3t` }, (active) => {
      withStage('extract', () => i);
      active.result({ score: 0.7 });
    });
  }
});

const endings = {
  normal: () => {},
  exit0: () => process.exit(0),
  exit3: () => process.exit(3),
  exitLater: () => setTimeout(() => process.exit(3), 2500),
  throw: () => {
    throw new Error('boom');
  },
  reject: () => Promise.reject(new Error('boom')),
  wait: () => {
    setInterval(() => {}, 1000);
    console.log('ready');
  },
  handled: () => {
    process.on('SIGTERM', () => {
      console.log('handled');
      process.exit(7);
    });
    setInterval(() => {}, 1000);
    console.log('ready');
  },
};
await endings[ending]();
