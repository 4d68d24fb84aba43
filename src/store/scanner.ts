import { readFileSync } from 'node:fs';
import { CHUNK_ROWS } from './packed-table.ts';
import { ATTRIBUTE_COLUMNS, columnNumbers, PHYSICAL, SPAN_TABLES } from './schema.ts';
import { SLOT_TYPES, SLOTS } from './slots.ts';
import { TableBuilder } from './table-builder.ts';
import type { Arena } from './arena.ts';

type Address = number;
type Value = { readonly value: number };

/** What the functions of `assembly/index.ts` are to JavaScript. */
export interface Scanner {
  readonly memory: { readonly buffer: ArrayBuffer };
  allocate(bytes: number): Address;
  addSlot(name: Address, length: number, type: number): void;
  setSpanColumns(
    trace: number,
    span: number,
    parent: number,
    series: number,
    startUs: number,
    durationNs: number,
    status: number,
    retry: number,
    weight: number,
    rest: number,
  ): void;
  setPageColumns(discoveredTrace: number, discoveredSpan: number, urlKey: number, contentKey: number): void;
  setTable(table: number, rows: Address, numbers: Address, room: number): void;
  setColumnPlace(table: number, column: number, cells: Address, mask: Address, slot: number): void;
  start(): void;
  openBlock(bytes: number): Address;
  opensSpans(at: Address): number;
  readRequest(at: Address): Address;
  addSpan(at: Address, resource: number): number;
  /** The arena: where the texts of rows start, and the end of what is in use. */
  readonly textsStart: Value;
  readonly arenaEnd: Value;
  reserve(bytes: number): Address;
  setArenaEnd(end: Address): void;
  /** The span that is being written. */
  readonly spans: Value;
  readonly traceId: Value;
  readonly spanId: Value;
  readonly ranges: Value;
  readonly kind: Value;
  readonly nameStart: Value;
  readonly nameEnd: Value;
  readonly messageStart: Value;
  readonly messageEnd: Value;
  readonly stateStart: Value;
  readonly stateEnd: Value;
  readonly eventsStart: Value;
  readonly eventsEnd: Value;
  readonly linksStart: Value;
  readonly linksEnd: Value;
  readonly attributeCount: Value;
  attributesStart(): Address;
  attributeOf(slot: number): number;
}

/** What the scanner leaves to its host; `assembly/host.ts` tells what each does. */
export interface ScannerHost {
  grown(): void;
  parseDouble(start: Address, end: Address): number;
  resourceOf(start: Address, end: Address): number;
  readOddSpan(start: Address, end: Address, resource: number): void;
  takeRows(table: number): void;
  setColumn(table: number, column: number, slot: number, index: number): number;
  setSeriesText(index: number, place: number): number;
  setName(): void;
  setMessage(table: number): void;
  setDomain(table: number): void;
  addSeries(resource: number): number;
  readWeight(): number;
  writeOddRest(missing: number): Address;
  putAttributeText(index: number): Address;
  setLinks(table: number, after: Address): void;
  writeEvents(table: number, number: number, resource: number, isCrawl: number): void;
}

/** What is used of WebAssembly, which the types of Node.js lack. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: Readonly<Record<string, object>>) => { readonly exports: object };
};

let compiled: object | undefined;

/** Starts a scanner; it is compiled once. The path is the same from `src` and from `dist`. */
export function startScanner(host: ScannerHost): Scanner {
  compiled ??= new WebAssembly.Module(readFileSync(new URL('../../dist/store/scanner.wasm', import.meta.url)));
  const env = {
    abort: (): never => {
      throw new Error('the scanner stopped');
    },
  };
  const instance = new WebAssembly.Instance(compiled, { env, host: { ...host } });
  const scanner = instance.exports as unknown as Scanner;
  for (const [name, type] of SLOTS) {
    const at = scanner.allocate(name.length);
    Buffer.from(scanner.memory.buffer).write(name, at);
    scanner.addSlot(at, name.length, SLOT_TYPES.indexOf(type));
  }
  return scanner;
}

/** A column of a name holds the same attribute in every table. */
const ATTRIBUTES: Readonly<Record<string, string>> = { ...ATTRIBUTE_COLUMNS.span_pages, ...ATTRIBUTE_COLUMNS.span_stages };

/** Makes the builders of the tables of spans in the scanner's memory, and ends its setup. */
export function startSpanTables(scanner: Scanner, arena: Arena): readonly TableBuilder[] {
  const { trace, span, parent, series, start_us, duration_ns, status, retry, weight, rest } = columnNumbers('span_others');
  scanner.setSpanColumns(trace, span, parent, series, start_us, duration_ns, status, retry, weight, rest);
  const { discovered_trace, discovered_span, url_key, content_key } = columnNumbers('span_pages');
  scanner.setPageColumns(discovered_trace, discovered_span, url_key, content_key);
  const builders = SPAN_TABLES.map((name, table) => {
    const types = Object.values(PHYSICAL[name]);
    const builder = new TableBuilder(types, arena, scanner.allocate(TableBuilder.bytesOf(types)));
    scanner.setTable(table, builder.places.rows, builder.places.numbers, CHUNK_ROWS);
    for (const [column, number] of Object.entries(columnNumbers(name))) {
      const slot = SLOTS.findIndex(([attribute]) => attribute === ATTRIBUTES[column]);
      scanner.setColumnPlace(table, number, builder.places.cells[number]!, builder.places.masks[number]!, slot);
    }
    return builder;
  });
  scanner.start();
  // Memory may have grown for the tables that came after.
  for (const builder of builders) builder.attach(scanner.memory.buffer);
  return builders;
}
