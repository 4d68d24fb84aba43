import { spanJson } from '../otlp/encode.ts';
import { toSpan } from '../otlp/json.ts';
import type { SpanRow } from '../otlp/rows.ts';
import { object } from '../otlp/value.ts';
import { arenaOf, putText, type Arena } from './arena.ts';
import { startResources, type ResourceBook } from './resources.ts';
import { startScanner, startSpanTables } from './scanner.ts';
import { PHYSICAL, type PhysicalTable } from './schema.ts';
import type { Series } from './series.ts';
import { fieldsOf } from './span-fields.ts';
import { spanHost, type HostTarget } from './span-host.ts';
import { TableBuilder } from './table-builder.ts';

/** Reads the spans of one block after another into tables. */
export interface SpanReader {
  readonly arena: Arena;
  readonly tables: Readonly<Record<PhysicalTable, TableBuilder>>;
  /** Of the block that is being read. */
  readonly series: readonly Series[];
  readonly resources: ResourceBook;
  /** Spans that were written. */
  readonly spans: number;
  /** Spans without ids or times, which cannot be kept. */
  readonly bad: number;
  /** Starts a block; returns the address of its bytes. */
  startBlock(bytes: Buffer): number;
  /** True where an export request of spans opens at `at`. */
  opensSpans(at: number): boolean;
  /** Reads the export request of spans that opens at `at`; the address of the newline behind it, 0 where it is to be read in another way. */
  read(at: number): number;
  /** Writes a span as exporters do and reads it again; false where its ids or times are none. */
  addSpan(span: SpanRow, resource: number): boolean;
}

/** Starts a reader; it takes a few megabytes of memory of its own, and more where a block needs that. */
export function startReader(): SpanReader {
  let series: Series[] = [];
  let resources = startResources();
  let bad = 0;
  let spanTables: readonly TableBuilder[] = [];
  const current = (): HostTarget => ({
    fields,
    spans: spanTables,
    failures: tables.failed_spans,
    retried: tables.retried_attempts,
    series,
    resources,
  });
  const scanner = startScanner({
    ...spanHost(current),
    grown: () => {
      for (const table of spanTables) table.attach(scanner.memory.buffer);
    },
    takeRows: (table) => spanTables[table]!.take(),
    readOddSpan: (start, end, resource) => {
      const span = toSpan(object(fields.json(start, end)), {});
      if (!span || !addSpan(span, resource)) bad++;
    },
  });
  const arena = arenaOf(scanner);
  const fields = fieldsOf(scanner, arena);
  const addSpan = (span: SpanRow, resource: number): boolean => scanner.addSpan(putText(arena, spanJson(span)), resource) === 1;
  spanTables = startSpanTables(scanner, arena);
  const [pages, stages, others] = spanTables as [TableBuilder, TableBuilder, TableBuilder];
  const own = (table: PhysicalTable): TableBuilder => new TableBuilder(Object.values(PHYSICAL[table]), arena);
  const tables = {
    span_pages: pages,
    span_stages: stages,
    span_others: others,
    failed_spans: own('failed_spans'),
    retried_attempts: own('retried_attempts'),
    metric_points: own('metric_points'),
    log_records: own('log_records'),
  };
  return {
    arena,
    tables,
    get series() {
      return series;
    },
    get resources() {
      return resources;
    },
    get spans() {
      return scanner.spans.value;
    },
    get bad() {
      return bad;
    },
    startBlock: (bytes) => {
      for (const table of Object.values(tables)) table.restart();
      series = [];
      resources = startResources();
      bad = 0;
      const at = scanner.openBlock(bytes.length);
      arena.bytes.set(bytes, at);
      return at;
    },
    opensSpans: (at) => scanner.opensSpans(at) === 1,
    read: (at) => scanner.readRequest(at),
    addSpan,
  };
}
