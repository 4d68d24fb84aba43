import { HostMetrics } from '@opentelemetry/host-metrics';

/** Starts `system.*` and `process.*` metrics; the network's are left out, reading them starts a program at each collection. */
export function startHostMetrics(): void {
  const metricGroups = ['system.cpu', 'system.memory', 'process.cpu', 'process.memory'];
  new HostMetrics({ name: 'crawlscope/host-metrics', metricGroups }).start();
}
