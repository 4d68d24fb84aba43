import { SpanKind } from '@opentelemetry/api';
import type { Instrumentation } from './instrumentation.ts';
import { libraryStage } from './library-stage.ts';
import { describeWrite } from './store-write.ts';
import { onResult, warnOnce, wrapMethod } from './wrap.ts';

/** Chroma's client: what is written to a collection is the store stage. */
export const chromadb: Instrumentation = {
  module: 'chromadb',
  majors: [3],
  patch({ ChromaClient }) {
    if (typeof ChromaClient !== 'function')
      return warnOnce('chromadb', 'crawlscope: chromadb has no ChromaClient; writes are not traced');
    const prototype = ChromaClient.prototype as object;
    for (const name of ['createCollection', 'getCollection', 'getOrCreateCollection']) {
      wrapMethod(prototype, name, 'ChromaClient', onResult(instrumentCollection));
    }
  },
};

/** The class of collections is not exported, so it is met in what the client gives. */
function instrumentCollection(collection: object): void {
  const prototype = Object.getPrototypeOf(collection) as object;
  for (const name of ['add', 'upsert', 'update', 'delete']) {
    const wrapper = libraryStage<{ name?: string }>('store', {
      kind: SpanKind.CLIENT,
      before: ({ self, args }) => describeWrite('chroma', self.name, name, (args[0] as { ids?: unknown } | undefined)?.ids),
    });
    wrapMethod(prototype, name, 'Collection', wrapper);
  }
}
