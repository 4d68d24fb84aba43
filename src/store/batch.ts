import { createHash } from 'node:crypto';
import type { Attributes, LogRow, MetricRow, Rows, SpanRow } from '../otlp/rows.ts';
import { ATTR_RETRY_COUNT, ATTR_RETRY_SCHEDULED, EVENT_EXCEPTION, SPAN_PAGE, SPAN_RUN } from '../semconv.ts';
import { orderGetters, packTable, stageRow, startTable, type CellType, type PackedTable, type StagedTable } from './columns.ts';
import { hashKey } from './key.ts';
import { KEYED, PHYSICAL, type PhysicalTable } from './schema.ts';
import { FAILURE_COLUMNS, OTHER_COLUMNS, PAGE_COLUMNS, STAGE_COLUMNS } from './span-columns.ts';
import type { ColumnType } from './tables.ts';
import { jsonText } from './texts.ts';

/** Tables of the database, and temporary ones of the keys that a batch brings. */
export type StagedName = PhysicalTable | 'retried_attempts' | KeysName;
export type KeysName = 'span_keys' | 'log_keys' | 'point_keys';

const LONGEST_RETRY = 1000;
/** Key, time, number of the row. */
const KEYS: readonly CellType[] = ['key', 'int', 'int'];
const STAGED = {
  ...Object.fromEntries(Object.entries(PHYSICAL).map(([name, columns]) => [name, columnTypes(name as PhysicalTable, columns)])),
  retried_attempts: ['string', 'int'],
  span_keys: KEYS,
  log_keys: KEYS,
  point_keys: KEYS,
} as unknown as Readonly<Record<StagedName, readonly CellType[]>>;

/** The rows of one block, ready to be sent to the thread that writes. */
export interface PackedRows {
  readonly tables: Readonly<Record<StagedName, readonly PackedTable[]>>;
  /** JSON text of every resource met, by its id. */
  readonly resources: readonly (readonly [id: number, json: string])[];
  readonly spans: number;
  readonly logs: number;
  readonly metrics: number;
}

interface Resource {
  readonly id: number;
  readonly json: string;
  readonly service: unknown;
  readonly instance: string | null;
}

type Staged = Readonly<Record<StagedName, StagedTable>>;

const LOG_COLUMNS = orderGetters<{ log: LogRow; service: unknown }>('log_records', {
  time_us: ({ log }) => log.timeUs,
  event_name: ({ log }) => log.eventName,
  severity: ({ log }) => log.severity,
  body: ({ log }) => jsonText(log.body),
  trace_id: ({ log }) => log.traceId,
  span_id: ({ log }) => log.spanId,
  service: ({ service }) => service,
  attributes: ({ log }) => jsonText(log.attributes),
});

const POINT_COLUMNS = orderGetters<{ point: MetricRow; resource: Resource }>('metric_points', {
  time_us: ({ point }) => point.timeUs,
  start_us: ({ point }) => point.startUs,
  name: ({ point }) => point.name,
  unit: ({ point }) => point.unit,
  type: ({ point }) => point.type,
  temporality: ({ point }) => point.temporality,
  service: ({ resource }) => resource.service,
  instance: ({ resource }) => resource.instance,
  attributes: ({ point }) => jsonText(point.attributes),
  value: ({ point }) => point.value,
  count: ({ point }) => point.count,
  sum: ({ point }) => point.sum,
  min: ({ point }) => point.min,
  max: ({ point }) => point.max,
  bounds: ({ point }) => point.bounds,
  buckets: ({ point }) => point.buckets,
});

/** Turns decoded rows to columns; `base` starts the numbers of the rows, which must differ between blocks of a batch. */
export function packRows({ spans, logs, metrics }: Rows, base: number): PackedRows {
  const names = Object.keys(STAGED) as StagedName[];
  const staged = Object.fromEntries(names.map((name) => [name, startTable(STAGED[name])])) as Staged;
  const resources = new Map<Attributes, Resource>();
  for (const [index, span] of spans.entries()) stageSpan(staged, span, base + index, resourceOf(resources, span.resource));
  for (const [index, log] of logs.entries()) {
    const { service } = resourceOf(resources, log.resource);
    const { timeUs, eventName, severity, body, traceId, spanId, attributes } = log;
    const key = hashKey(JSON.stringify([timeUs, eventName, severity, body, traceId, spanId, service, attributes]));
    stageRow(staged.log_keys, base + index, [key, timeUs, base + index], [], undefined);
    stageRow(staged.log_records, base + index, [key], LOG_COLUMNS, { log, service });
  }
  for (const [index, point] of metrics.entries()) {
    const resource = resourceOf(resources, point.resource);
    const { timeUs, startUs, name, type, attributes, value, count, sum } = point;
    const { service, instance } = resource;
    const key = hashKey(JSON.stringify([timeUs, startUs, name, type, service, instance, attributes, value, count, sum]));
    stageRow(staged.point_keys, base + index, [key, timeUs, base + index], [], undefined);
    stageRow(staged.metric_points, base + index, [key], POINT_COLUMNS, { point, resource });
  }
  return {
    tables: Object.fromEntries(names.map((name) => [name, packTable(staged[name])])) as PackedRows['tables'],
    resources: [...new Map([...resources.values()].map(({ id, json }) => [id, json]))],
    spans: spans.length,
    logs: logs.length,
    metrics: metrics.length,
  };
}

function stageSpan(staged: Staged, span: SpanRow, n: number, { id, service }: Resource): void {
  const { attributes } = span;
  const isCrawl = span.name.startsWith('crawl.');
  const row = { span, attributes, isCrawl, resourceId: id, service };
  const key = [hashKey(span.traceId + span.spanId)];
  stageRow(staged.span_keys, n, [...key, span.startUs, n], [], undefined);
  if (span.name === SPAN_PAGE) {
    stageRow(staged.span_pages, n, key, PAGE_COLUMNS, row);
    const retry = Math.min(Number(attributes[ATTR_RETRY_COUNT] ?? 0), LONGEST_RETRY);
    for (let before = 0; before < retry; before++) stageRow(staged.retried_attempts, n, [span.traceId, before], [], undefined);
  } else if (isCrawl && span.name !== SPAN_RUN) stageRow(staged.span_stages, n, key, STAGE_COLUMNS, row);
  else stageRow(staged.span_others, n, key, OTHER_COLUMNS, row);
  if (!isCrawl) return;
  for (const event of span.events) {
    if (event.name !== EVENT_EXCEPTION) continue;
    stageRow(staged.failures, n, [], FAILURE_COLUMNS, { ...row, event });
    if (event.attributes[ATTR_RETRY_SCHEDULED] !== true) continue;
    const retry = event.attributes[ATTR_RETRY_COUNT] ?? attributes[ATTR_RETRY_COUNT] ?? 0;
    stageRow(staged.retried_attempts, n, [span.traceId, retry], [], undefined);
  }
}

function resourceOf(known: Map<Attributes, Resource>, attributes: Attributes): Resource {
  let resource = known.get(attributes);
  if (!resource) {
    const json = jsonText(attributes);
    // 48 bits of a digest: the same resource gets the same id in every process.
    const id = createHash('sha256').update(json).digest().readUIntBE(0, 6);
    const host = [attributes['host.name'], attributes['process.pid']].filter((part) => part !== undefined && part !== null);
    const instance = attributes['service.instance.id'] ?? (host.length > 0 ? host.join(':') : null);
    resource = { id, json, service: attributes['service.name'], instance: instance === null ? null : String(instance) };
    known.set(attributes, resource);
  }
  return resource;
}

function columnTypes(table: PhysicalTable, columns: Readonly<Record<string, ColumnType>>): CellType[] {
  const types: CellType[] = Object.values(columns);
  return KEYED.includes(table) ? ['key', ...types] : types;
}
