import { isUtf8 } from 'node:buffer';
import type { Block, Gap } from '../otlp/block.ts';
import { collectRows, type RowSink } from '../otlp/json.ts';
import { badItems, emptyRecord, readBlock } from '../otlp/read.ts';
import type { Attributes, Rows } from '../otlp/rows.ts';
import { identify } from './identity.ts';
import type { PackedTable } from './packed-table.ts';
import { writeLog, writePoint } from './record-writer.ts';
import type { PhysicalTable } from './schema.ts';
import type { Series } from './series.ts';
import { startReader, type SpanReader } from './span-reader.ts';

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
  const keys = all.flatMap(({ identity }) => identity?.keys ?? []);
  return [texts.buffer, ...all.flatMap(({ cells, numbers }) => [cells, numbers]), ...lists, ...keys];
}

/** Records by what they are. */
export interface Counts {
  spans: number;
  logs: number;
  metrics: number;
}

const NEWLINE = 0x0a;
const EMPTY_REQUEST = Buffer.from('{}\n');
/** A reader whose memory has grown beyond this, in bytes, for a block of one long line is not kept. */
const KEPT_MEMORY = 32 << 20;

let reader: SpanReader | undefined;

/** Turns a block to rows: lines of JSON as they stand, where exporters wrote them; anything else by way of objects. */
export async function readRows(block: Block): Promise<BlockRows> {
  const isText = block.format === 'json' && !block.final && isUtf8(block.bytes);
  const rows = (isText ? scanBlock(block.bytes) : undefined) ?? (await readObjects(block));
  if (reader && reader.arena.bytes.length > KEPT_MEMORY) reader = undefined;
  return rows;
}

async function readObjects(block: Block): Promise<BlockRows> {
  const { rows, gaps, consumed } = await readBlock(block);
  const to = (reader ??= startReader());
  to.startBlock(Buffer.alloc(0));
  const numberOf = (resource: Attributes): number => to.resources.numberOf(resource, () => resource);
  const bad = rows.spans.filter((span) => !to.addSpan(span, numberOf(span.resource)));
  const counts = { spans: to.spans, logs: 0, metrics: 0 };
  addRecords(to, rows, counts);
  const lost = bad.length > 0 ? [badItems(0, bad.length)] : [];
  return finish(to, counts, [...gaps, ...lost], consumed);
}

/** Undefined where a line is no compact JSON of an export request: the block is then read again in the other way. */
function scanBlock(bytes: Buffer): BlockRows | undefined {
  const from = (reader ??= startReader());
  const start = from.startBlock(bytes);
  const counts = { spans: 0, logs: 0, metrics: 0 };
  const gaps: Gap[] = [];
  let at = 0;
  try {
    while (at < bytes.length) {
      const { spans, bad } = from;
      let end = at;
      if (from.opensSpans(start + at)) {
        const next = from.read(start + at);
        if (next === 0) return undefined;
        end = next - start;
      } else if (bytes.compare(EMPTY_REQUEST, 0, 3, at, Math.min(at + 3, bytes.length)) === 0) end = at + 2;
      else if (bytes[at] !== NEWLINE) {
        end = bytes.indexOf(NEWLINE, at);
        const sink: RowSink = { spans: [], logs: [], metrics: [] };
        const lost = collectRows(JSON.parse(bytes.toString('utf8', at, end)), sink);
        if (sink.spans.length > 0 || lost > 0 || sink.logs.length + sink.metrics.length === 0) return undefined;
        addRecords(from, sink, counts);
        at = end + 1;
        continue;
      }
      if (end - at > 2 && from.spans === spans && from.bad === bad) gaps.push(emptyRecord(at, end));
      if (from.bad > bad) gaps.push(badItems(at, from.bad - bad));
      at = end + 1;
    }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  counts.spans = from.spans;
  return finish(from, counts, gaps, bytes.length);
}

function addRecords({ tables, resources }: SpanReader, { logs, metrics }: Pick<Rows, 'logs' | 'metrics'>, counts: Counts): void {
  const factsOf = (resource: Attributes) => resources.all[resources.numberOf(resource, () => resource)]!;
  for (const log of logs) writeLog(tables.log_records, counts.logs++, log, factsOf(log.resource));
  for (const point of metrics) writePoint(tables.metric_points, counts.metrics++, point, factsOf(point.resource));
}

function finish(
  { arena, series, tables: builders }: SpanReader,
  counts: Counts,
  gaps: readonly Gap[],
  consumed: number,
): BlockRows {
  const tables = {} as Record<PhysicalTable, readonly PackedTable[]>;
  for (const name of Object.keys(builders) as PhysicalTable[]) {
    tables[name] = builders[name].pack().map((rows) => ({ ...rows, identity: identify(name, rows) }));
  }
  const texts = Buffer.from(arena.bytes.buffer.slice(arena.start, arena.end));
  return { tables, series, texts, counts, gaps, consumed };
}
