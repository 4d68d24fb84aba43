import { SpanKind } from '@opentelemetry/api';
import type { Instrumentation } from './instrumentation.ts';
import { libraryStage } from './library-stage.ts';
import { describeWrite } from './store-write.ts';
import { warnOnce, wrapMethod } from './wrap.ts';

/** Qdrant's REST client: what is written to a collection is the store stage. */
export const qdrant: Instrumentation = {
  module: '@qdrant/js-client-rest',
  majors: [1],
  patch({ QdrantClient }) {
    if (typeof QdrantClient !== 'function') return warnOnce('qdrant', 'crawlscope: no QdrantClient; writes are not traced');
    for (const name of ['upsert', 'updateVectors', 'setPayload', 'delete', 'batchUpdate']) {
      const wrapper = libraryStage('store', {
        kind: SpanKind.CLIENT,
        before: ({ args }) => describeWrite('qdrant', String(args[0]), name, pointsOf(args[1])),
      });
      wrapMethod(QdrantClient.prototype as object, name, 'QdrantClient', wrapper);
    }
  },
};

function pointsOf(body: unknown): unknown {
  const { points, batch } = (body ?? {}) as { points?: unknown; batch?: { ids?: unknown } };
  return points ?? batch?.ids;
}
