import { page, withStage } from 'crawlscope';

page({ url: 'https://h.example/?token=S3cr3t' }, () => withStage('extract', () => 1));
if (process.argv[2] === 'exit') process.exit(4);
