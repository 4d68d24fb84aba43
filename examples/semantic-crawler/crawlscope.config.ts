import { defineConfig } from 'crawlscope';
import { VECTOR_STORE } from './settings.ts';

export default defineConfig({
  serviceName: 'semantic-crawler',
  redact: ['invite'],
  stages: [
    {
      module: './extract.ts',
      export: 'extractArticle',
      stage: 'extract',
      attributes: (_args, article) => ({ 'crawl.extraction.method': (article as { method: string }).method }),
    },
    { module: './classify.ts', export: 'classify', stage: 'classify' },
    {
      module: './store.ts',
      export: 'saveDocument',
      stage: 'store',
      attributes: { 'db.system.name': 'lancedb', 'db.collection.name': 'documents', 'db.operation.name': 'mergeInsert' },
    },
  ],
  stores: { lancedb: VECTOR_STORE },
});
