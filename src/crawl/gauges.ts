import type { Attributes, ObservableGauge, ObservableResult } from '@opentelemetry/api';
import { ATTR_DB_SYSTEM, METRIC_QUEUE_SIZE, METRIC_STORE_SIZE } from '../semconv.ts';
import { meter } from './metrics.ts';

type Measure = () => number | undefined | Promise<number | undefined>;

/** Reports the requests that wait in a queue as `crawl.queue.size`, asked at each collection; returns how to stop. */
export function queueSize(measure: Measure): () => void {
  return observe(
    meter().createObservableGauge(METRIC_QUEUE_SIZE, { unit: '{request}', description: 'Requests that wait' }),
    measure,
    {},
  );
}

/** Reports a vector store's bytes on disk as `crawl.store.size`, asked at each collection; returns how to stop. */
export function storeSize(system: string, measure: Measure): () => void {
  const gauge = meter().createObservableGauge(METRIC_STORE_SIZE, { unit: 'By', description: "The vector store's size on disk" });
  return observe(gauge, measure, { [ATTR_DB_SYSTEM]: system });
}

/** A measurement that fails is a point that is missing, nothing else. */
function observe(gauge: ObservableGauge, measure: Measure, attributes: Attributes): () => void {
  const callback = async (result: ObservableResult): Promise<void> => {
    try {
      const value = await measure();
      if (typeof value === 'number' && Number.isFinite(value)) result.observe(value, attributes);
    } catch {
      // The store or queue may not exist yet.
    }
  };
  gauge.addCallback(callback);
  return () => gauge.removeCallback(callback);
}
