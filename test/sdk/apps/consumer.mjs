import { extract, withStage } from 'crawlscope';

const job = JSON.parse(process.argv[2]);
extract(job, () => withStage('embed', () => job.text.length));
