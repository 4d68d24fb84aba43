import type { ObservableCallback } from '@opentelemetry/api';
import { guard } from '../crawl/guard.ts';
import { meter } from '../crawl/metrics.ts';
import { METRIC_QUEUE_SIZE } from '../semconv.ts';
import type { Crawler } from './crawlee-types.ts';

const running = new Set<Crawler>();

/** Reports the requests that wait in the queue of a crawler, until the returned function is called. */
export function observeQueue(crawler: Crawler): () => void {
  const gauge = meter().createObservableGauge(METRIC_QUEUE_SIZE, {
    unit: '{request}',
    description: 'Requests that wait in the queues',
  });
  running.add(crawler);
  gauge.addCallback(report);
  return () => {
    running.delete(crawler);
    if (running.size === 0) gauge.removeCallback(report);
  };
}

const report: ObservableCallback = (result) => {
  const sizes = [...running].map(({ requestManager }) => guard(() => requestManager?.getPendingCount?.() ?? 0, 0));
  result.observe(
    Math.max(
      0,
      sizes.reduce((sum, size) => sum + size, 0),
    ),
  );
};
