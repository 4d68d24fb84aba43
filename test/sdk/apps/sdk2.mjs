import { tracing, NodeSDK } from 'sdk-node-v2';
import { extract, inject, page, run, withStage } from 'crawlscope';

const exporter = new tracing.InMemorySpanExporter();
const sdk = new NodeSDK({
  spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
  metricReaders: [],
  logRecordProcessors: [],
});
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
const spans = exporter.getFinishedSpans();
console.log(JSON.stringify(spans.map(({ name, attributes }) => ({ name, attributes }))));
