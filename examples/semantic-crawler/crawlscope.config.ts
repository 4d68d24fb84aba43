import { defineConfig } from 'crawlscope';
import { VECTOR_STORE } from './settings.ts';

/** Crawlee, Readability and LanceDB need no words here: they are known. */
export default defineConfig({
  serviceName: 'semantic-crawler',
  redact: ['invite'],
  stages: [
    { module: './extract.ts', export: 'extractArticle', stage: 'extract' },
    { module: './classify.ts', export: 'classify', stage: 'classify' },
  ],
  stores: { lancedb: VECTOR_STORE },
});
