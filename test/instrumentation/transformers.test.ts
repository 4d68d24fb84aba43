import { expect, it } from 'vitest';
import { pagesOf, runFixture, stagesOf, temporaryDirectory } from './child.ts';
import { writeTinyModels } from './tiny-models.ts';

it('sees embedding and classification by Transformers.js', async () => {
  const models = await writeTinyModels(await temporaryDirectory());
  const { code, stdout, stderr, spans } = await runFixture('libraries/transformers.mjs', { MODELS: `${models}/` });
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ dims: [1, 8], label: expect.stringMatching(/^(YES|NO)$/) });
  expect(stagesOf(spans, pagesOf(spans, '/model')[0])).toMatchObject([
    {
      name: 'crawl.embed',
      attributes: {
        'gen_ai.operation.name': 'embeddings',
        'gen_ai.provider.name': 'huggingface',
        'gen_ai.request.model': 'tiny-embedder',
        'gen_ai.embeddings.dimension.count': 8,
      },
    },
    {
      name: 'crawl.classify',
      attributes: { 'crawl.classification.method': 'text-classification', 'crawl.model.version': 'tiny-classifier' },
    },
  ]);
});
