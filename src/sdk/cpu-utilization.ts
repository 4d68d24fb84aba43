import { cpus } from 'node:os';
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** Corrects the CPU gauges of one reader's metrics. */
export interface CpuCorrection {
  /** Takes what the counters say as the start of the first interval, where none is known yet. */
  readonly begin: (metrics: ResourceMetrics) => void;
  /** The metrics with the utilization since the last call. */
  readonly correct: (metrics: ResourceMetrics) => ResourceMetrics;
}

interface Reading {
  /** Milliseconds of the monotonic clock, 0 at the start of the process. */
  readonly at: number;
  /** Seconds of CPU time by series. */
  readonly seconds: ReadonlyMap<string, number>;
}

const COUNTERS: Readonly<Record<string, string>> = {
  'process.cpu.utilization': 'process.cpu.time',
  'system.cpu.utilization': 'system.cpu.time',
};
/** A shorter interval says nothing; the clock of the system's CPU times ticks in hundredths of a second. */
const SHORTEST_INTERVAL = 500;

/**
 * Derives the CPU gauges from the CPU counters. Host metrics measure them since whichever reader collected last, so beside a
 * reader that collects every second, or at the end of the process, they say next to nothing of the interval.
 */
export function createCpuCorrection(): CpuCorrection {
  const series = new Map<string, Reading>();
  return {
    begin: (metrics) => {
      for (const [name, reading] of readCounters(metrics)) {
        if (!series.has(name)) series.set(name, name.startsWith('process.') ? { at: 0, seconds: new Map() } : reading);
      }
    },
    correct: (metrics) => {
      const now = readCounters(metrics);
      const before = new Map(series);
      for (const [name, reading] of now) {
        if (reading.at - (before.get(name)?.at ?? 0) >= SHORTEST_INTERVAL) series.set(name, reading);
      }
      return mapMetrics(metrics, (metric) => derive(metric, before, now));
    },
  };
}

/** The gauge from its counter, without points where no interval is known or it is too short. */
function derive(
  metric: MetricData,
  before: ReadonlyMap<string, Reading>,
  now: ReadonlyMap<string, Reading>,
): MetricData | undefined {
  const counter = COUNTERS[metric.descriptor.name];
  const [from, to] = counter === undefined ? [] : [before.get(counter), now.get(counter)];
  if (counter === undefined || !to) return metric;
  const interval = to.at - (from?.at ?? to.at);
  if (!from || interval < SHORTEST_INTERVAL) return undefined;
  // A process's share is of all CPUs, a CPU's is its own.
  const available = (interval / 1000) * (counter.startsWith('process.') ? cpus().length : 1);
  const dataPoints = metric.dataPoints.map((point) => {
    const key = JSON.stringify(point.attributes);
    return { ...point, value: Math.max(0, ((to.seconds.get(key) ?? 0) - (from.seconds.get(key) ?? 0)) / available) };
  });
  return { ...metric, dataPoints } as MetricData;
}

function readCounters({ scopeMetrics }: ResourceMetrics): Map<string, Reading> {
  const at = performance.now();
  const names = Object.values(COUNTERS);
  const counters = scopeMetrics.flatMap((scope) => scope.metrics).filter(({ descriptor }) => names.includes(descriptor.name));
  return new Map(
    counters.map(({ descriptor, dataPoints }) => {
      const points = dataPoints as readonly { attributes: object; value: unknown }[];
      const seconds = new Map(points.map((point) => [JSON.stringify(point.attributes), Number(point.value)]));
      return [descriptor.name, { at, seconds }];
    }),
  );
}

function mapMetrics(metrics: ResourceMetrics, map: (metric: MetricData) => MetricData | undefined): ResourceMetrics {
  const scopeMetrics = metrics.scopeMetrics.map((scope) => ({
    ...scope,
    metrics: scope.metrics.map(map).filter((metric) => metric !== undefined),
  }));
  return { ...metrics, scopeMetrics };
}
