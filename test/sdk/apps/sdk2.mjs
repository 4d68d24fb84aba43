import { NodeSDK, tracing } from 'sdk-node-v2';
import { extract, inject, page, run, withStage } from 'crawlscope';

const exporter = new tracing.InMemorySpanExporter();
const processor = new tracing.SimpleSpanProcessor(exporter);
const sdk = new NodeSDK({ spanProcessors: [processor], metricReaders: [], logRecordProcessors: [], autoDetectResources: false });
sdk.start();

await run({ id: 'r' }, async () => {
  const job = await page({ url: 'https://h.example/', retry: 1 }, async (active) => {
    await withStage('fetch', async () => {});
    active.result({ score: 0.5, threshold: 0.4 });
    return inject({});
  });
  extract(job, () => withStage('embed', () => 1));
});
await processor.forceFlush();
console.log(JSON.stringify(exporter.getFinishedSpans().map(({ name, attributes }) => ({ name, attributes }))));
