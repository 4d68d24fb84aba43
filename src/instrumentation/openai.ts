import { SpanKind } from '@opentelemetry/api';
import {
  ATTR_GEN_AI_DIMENSIONS,
  ATTR_GEN_AI_INPUT_TOKENS,
  ATTR_GEN_AI_MODEL,
  ATTR_GEN_AI_OPERATION,
  ATTR_GEN_AI_PROVIDER,
  ATTR_MODEL_VERSION,
} from '../semconv.ts';
import type { Instrumentation } from './instrumentation.ts';
import { libraryStage } from './library-stage.ts';
import { warnOnce, wrapMethod } from './wrap.ts';

/** OpenAI's client, also pointed at another server that speaks its API: `client.embeddings.create` embeds. */
export const openai: Instrumentation = {
  module: 'openai',
  majors: [4, 7],
  patch({ OpenAI, default: main }) {
    const { Embeddings } = (OpenAI ?? main ?? {}) as { Embeddings?: { prototype: object } };
    if (!Embeddings) return warnOnce('openai', 'crawlscope: openai has no Embeddings; embeddings are not traced');
    wrapMethod(Embeddings.prototype, 'create', 'Embeddings', embed);
  },
};

interface Body {
  model?: string;
}

interface Answer {
  model?: string;
  data?: { embedding?: unknown }[];
  usage?: { prompt_tokens?: number };
}

const embed = libraryStage('embed', {
  kind: SpanKind.CLIENT,
  // The promise is lazy and has more ways to be awaited than `then`; all of them parse.
  settledBy: 'parse',
  before: ({ args }) => {
    const { model } = (args[0] ?? {}) as Body;
    return {
      [ATTR_GEN_AI_OPERATION]: 'embeddings',
      [ATTR_GEN_AI_PROVIDER]: 'openai',
      ...(model && { [ATTR_GEN_AI_MODEL]: model }),
    };
  },
  after: (_call, result) => {
    const { model, data, usage } = result as Answer;
    const embedding = data?.[0]?.embedding;
    return {
      ...(model && { [ATTR_MODEL_VERSION]: model }),
      ...(Array.isArray(embedding) && { [ATTR_GEN_AI_DIMENSIONS]: embedding.length }),
      ...(usage?.prompt_tokens !== undefined && { [ATTR_GEN_AI_INPUT_TOKENS]: usage.prompt_tokens }),
    };
  },
});
