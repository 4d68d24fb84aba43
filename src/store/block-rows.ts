import { isUtf8 } from 'node:buffer';
import type { Block, Gap } from '../otlp/block.ts';
import { spanJson } from '../otlp/encode.ts';
import { BAD, standsAt } from '../otlp/json-bytes.ts';
import { collectRows, toAttributes, toSpan, type RowSink } from '../otlp/json.ts';
import { badItems, emptyRecord, readBlock } from '../otlp/read.ts';
import type { Attributes, SpanRow } from '../otlp/rows.ts';
import { opensSpans, scanSpans } from '../otlp/scan-lines.ts';
import { scanSpan } from '../otlp/scan-span.ts';
import { startFields } from '../otlp/span-fields.ts';
import { object } from '../otlp/value.ts';
import { putText, startArena, textOf, type Arena } from './arena.ts';
import { jsonText } from './json-text.ts';
import { writeLog, writePoint } from './record-writer.ts';
import { PHYSICAL, type PhysicalTable } from './schema.ts';
import { startSeriesBook, type ResourceFacts, type Series } from './series.ts';
import { startTarget, writeSpan } from './span-writer.ts';
import type { PackedTable } from './packed-table.ts';
import { TableBuilder } from './table-builder.ts';

/** The rows of one block, ready to be sent to the thread that writes. */
export interface BlockRows {
  readonly tables: Readonly<Record<PhysicalTable, readonly PackedTable[]>>;
  /** The series that the spans' `series` columns number. */
  readonly series: readonly Series[];
  /** What the texts of all tables point into. */
  readonly texts: Buffer<ArrayBuffer>;
  readonly counts: Counts;
  readonly gaps: readonly Gap[];
  /** Bytes done with; less than the block's length where its last record is incomplete. */
  readonly consumed: number;
}

/** The buffers of a block's rows. */
export function buffersOf({ tables: packed, texts }: BlockRows): ArrayBuffer[] {
  const all = Object.values(packed).flat();
  const lists = all.flatMap((table) => table.lists.flatMap((list) => list?.cells ?? []));
  return [texts.buffer, ...all.flatMap(({ cells, numbers }) => [cells, numbers]), ...lists];
}

/** Records by what they are. */
export interface Counts {
  spans: number;
  logs: number;
  metrics: number;
}

const NEWLINE = 0x0a;
const EMPTY_REQUEST = Buffer.from('{}\n');

/** Turns a block to rows: lines of JSON as they stand, where exporters wrote them; anything else by way of objects. */
export async function readRows(block: Block): Promise<BlockRows> {
  if (block.format === 'json' && !block.final && isUtf8(block.bytes)) {
    const scanned = scanBlock(block.bytes);
    if (scanned) return scanned;
  }
  const { rows, gaps, consumed } = await readBlock(block);
  const writer = startWriter(startArena(Buffer.alloc(0)));
  const bad = rows.spans.filter((span) => !writer.addSpan(span, writer.resourceOf(span.resource)));
  writer.addRecords(rows);
  const lost = bad.length > 0 ? [badItems(0, bad.length)] : [];
  return writer.finish([...gaps, ...lost], consumed);
}

/** Undefined where a line is no compact JSON of an export request: the block is then read again in the other way. */
function scanBlock(bytes: Buffer): BlockRows | undefined {
  const arena = startArena(bytes);
  const writer = startWriter(arena);
  const gaps: Gap[] = [];
  const fields = startFields();
  let at = 0;
  try {
    while (at < bytes.length) {
      const found = writer.counts.spans;
      const { bad } = writer;
      let end = at;
      if (opensSpans(bytes, at)) {
        fields.view = arena.view;
        end = writer.scan(at, fields);
      } else if (standsAt(bytes, at, EMPTY_REQUEST)) end = at + 2;
      else if (bytes[at] !== NEWLINE) {
        end = bytes.indexOf(NEWLINE, at);
        const sink: RowSink = { spans: [], logs: [], metrics: [] };
        const lost = collectRows(JSON.parse(bytes.toString('utf8', at, end)), sink);
        if (sink.spans.length > 0 || lost > 0 || sink.logs.length + sink.metrics.length === 0) return undefined;
        writer.addRecords(sink);
        at = end + 1;
        continue;
      }
      if (end === BAD) return undefined;
      if (end - at > 2 && writer.counts.spans === found && writer.bad === bad) gaps.push(emptyRecord(at, end));
      if (writer.bad > bad) gaps.push(badItems(at, writer.bad - bad));
      at = end + 1;
    }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return writer.finish(gaps, bytes.length);
}

/** One block is written at a time; each brings its own arena. */
const NO_TEXTS = startArena(Buffer.alloc(0));
const tables = Object.fromEntries(
  Object.entries(PHYSICAL).map(([name, columns]) => [name, new TableBuilder(Object.values(columns), NO_TEXTS)]),
) as Record<PhysicalTable, TableBuilder>;

function startWriter(arena: Arena) {
  for (const table of Object.values(tables)) table.restart(arena);
  const series = startSeriesBook();
  const target = startTarget(tables, arena, series);
  const oddFields = startFields();
  const byText = new Map<string, ResourceFacts>();
  const byAttributes = new Map<Attributes, ResourceFacts>();
  const counts: Counts = { spans: 0, logs: 0, metrics: 0 };
  let resource = describe({});
  const writer = {
    counts,
    bad: 0,
    /** Reads the request of spans that opens at `at` of the arena. */
    scan: (at: number, fields: ReturnType<typeof startFields>): number =>
      scanSpans(arena.bytes, at, fields, {
        onResource: (start, end) => {
          const text = arena.bytes.toString('latin1', start, end);
          resource = byText.get(text) ?? describe(end > start ? toAttributes(JSON.parse(textOf(arena, start, end))) : {});
          byText.set(text, resource);
        },
        onSpan: () => writeSpan(target, fields, counts.spans++, resource),
        onOddSpan: (start, end) => {
          const span = toSpan(object(JSON.parse(textOf(arena, start, end))), {});
          if (!span || !writer.addSpan(span, resource)) writer.bad++;
          return true;
        },
      }),
    /** Writes a span as exporters do and reads it again; false where its ids or times are none. */
    addSpan: (span: SpanRow, itsResource: ResourceFacts): boolean => {
      const start = putText(arena, spanJson(span));
      oddFields.view = arena.view;
      if (scanSpan(arena.bytes, start, oddFields) === BAD) return false;
      writeSpan(target, oddFields, counts.spans++, itsResource);
      return true;
    },
    addRecords: ({ logs, metrics }: Pick<RowSink, 'logs' | 'metrics'>): void => {
      for (const log of logs) writeLog(tables.log_records, counts.logs++, log, writer.resourceOf(log.resource));
      for (const point of metrics) writePoint(tables.metric_points, counts.metrics++, point, writer.resourceOf(point.resource));
    },
    resourceOf: (attributes: Attributes): ResourceFacts => {
      const known = byAttributes.get(attributes) ?? describe(attributes);
      byAttributes.set(attributes, known);
      return known;
    },
    finish: (gaps: readonly Gap[], consumed: number): BlockRows => ({
      tables: Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table.pack()])) as BlockRows['tables'],
      series: series.all,
      texts: arena.bytes.subarray(0, arena.length),
      counts,
      gaps,
      consumed,
    }),
  };
  return writer;
}

function describe(attributes: Attributes): ResourceFacts {
  const host = [attributes['host.name'], attributes['process.pid']].filter((part) => part !== undefined && part !== null);
  const instance = attributes['service.instance.id'] ?? (host.length > 0 ? host.join(':') : null);
  const service = attributes['service.name'];
  return {
    json: jsonText(attributes),
    service: service === undefined || service === null || service === '' ? null : String(service),
    instance: instance === null ? null : String(instance),
  };
}
