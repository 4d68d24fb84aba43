import { createHash } from 'node:crypto';
import type { Attributes, LogRow, MetricRow, Rows } from '../otlp/rows.ts';
import { emptyBatch, jsonText, stageRow, type Staged } from './columns.ts';
import { stageSpan } from './span-columns.ts';

/** Rows on their way into the store. */
export interface Batch {
  readonly staged: Staged;
  /** JSON text of every resource met, by its id. */
  readonly resources: Map<number, string>;
  spans: number;
  logs: number;
  metrics: number;
}

interface Resource {
  readonly id: number;
  readonly service: unknown;
  readonly instance: string | null;
}

/** Resources are shared by all rows of a group, so each is described once. */
const described = new WeakMap<Attributes, Resource>();

export function startBatch(): Batch {
  return { staged: emptyBatch(), resources: new Map(), spans: 0, logs: 0, metrics: 0 };
}

/** Adds decoded rows to a batch. */
export function addRows(batch: Batch, rows: Rows): void {
  for (const span of rows.spans) stageSpan(batch.staged, span, batch.spans++, resourceOf(batch, span.resource));
  for (const log of rows.logs) addLog(batch, log);
  for (const point of rows.metrics) addPoint(batch, point);
}

function addLog(batch: Batch, log: LogRow): void {
  stageRow(batch.staged.log_records, {
    n: batch.logs++,
    time_us: log.timeUs,
    event_name: log.eventName,
    severity: log.severity,
    body: jsonText(log.body),
    trace_id: log.traceId,
    span_id: log.spanId,
    service: resourceOf(batch, log.resource).service,
    attributes: jsonText(log.attributes),
  });
}

function addPoint(batch: Batch, point: MetricRow): void {
  const { service, instance } = resourceOf(batch, point.resource);
  stageRow(batch.staged.metric_points, {
    n: batch.metrics++,
    time_us: point.timeUs,
    start_us: point.startUs,
    name: point.name,
    unit: point.unit,
    type: point.type,
    temporality: point.temporality,
    service,
    instance,
    attributes: jsonText(point.attributes),
    value: point.value,
    count: point.count,
    sum: point.sum,
    min: point.min,
    max: point.max,
    bounds: point.bounds,
    buckets: point.buckets,
  });
}

function resourceOf(batch: Batch, attributes: Attributes): Resource {
  let resource = described.get(attributes);
  const known = resource !== undefined && batch.resources.has(resource.id);
  if (!resource || !known) {
    const json = jsonText(attributes);
    // 48 bits of a digest: the same resource gets the same id in every process.
    const id = createHash('sha256').update(json).digest().readUIntBE(0, 6);
    const host = [attributes['host.name'], attributes['process.pid']].filter((part) => part !== undefined && part !== null);
    const instance = attributes['service.instance.id'] ?? (host.length > 0 ? host.join(':') : null);
    resource = { id, service: attributes['service.name'], instance: instance === null ? null : String(instance) };
    described.set(attributes, resource);
    batch.resources.set(id, json);
  }
  return resource;
}
