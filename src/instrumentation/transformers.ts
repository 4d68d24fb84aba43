import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_CLASSIFICATION_METHOD,
  ATTR_GEN_AI_DIMENSIONS,
  ATTR_GEN_AI_MODEL,
  ATTR_GEN_AI_OPERATION,
  ATTR_GEN_AI_PROVIDER,
  ATTR_MODEL_VERSION,
} from '../semconv.ts';
import type { Instrumentation } from './instrumentation.ts';
import { libraryStage } from './library-stage.ts';
import { wrapMethod } from './wrap.ts';

/** Transformers.js: feature-extraction pipelines embed, classification pipelines classify. */
export const transformers: Instrumentation = {
  module: '@huggingface/transformers',
  majors: [3],
  patch(exports) {
    for (const [stage, names] of [
      [embed, ['FeatureExtractionPipeline', 'ImageFeatureExtractionPipeline']],
      [classify, ['TextClassificationPipeline', 'ZeroShotClassificationPipeline', 'ImageClassificationPipeline']],
    ] as const) {
      for (const name of names) {
        const pipeline = exports[name];
        // A pipeline is a function that calls this method of its class.
        if (typeof pipeline === 'function') wrapMethod(pipeline.prototype as object, '_call', name, stage);
      }
    }
  },
};

interface Pipeline {
  task?: string;
  model?: { config?: { _name_or_path?: string; name_or_path?: string } };
}

const PATH = '_name_or_path';

const embed = libraryStage<Pipeline>('embed', {
  before: ({ self }) => {
    const model = modelOf(self);
    return {
      [ATTR_GEN_AI_OPERATION]: 'embeddings',
      [ATTR_GEN_AI_PROVIDER]: 'huggingface',
      ...(model && { [ATTR_GEN_AI_MODEL]: model, [ATTR_MODEL_VERSION]: model }),
    };
  },
  after: (_call, result): Attributes => {
    const dimensions = (result as { dims?: number[] } | undefined)?.dims?.at(-1);
    return dimensions === undefined ? {} : { [ATTR_GEN_AI_DIMENSIONS]: dimensions };
  },
});

const classify = libraryStage<Pipeline>('classify', {
  before: ({ self }) => {
    const model = modelOf(self);
    return { [ATTR_CLASSIFICATION_METHOD]: self.task ?? 'classification', ...(model && { [ATTR_MODEL_VERSION]: model }) };
  },
});

function modelOf({ model }: Pipeline): string | undefined {
  return model?.config?.[PATH] || model?.config?.name_or_path || undefined;
}
