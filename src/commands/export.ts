import { type Command, Option } from 'commander';
import { stringify } from 'csv-stringify';
import { createWriteStream } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EXPORT_COLUMNS, exportQuery, EXPORTS, type ExportName, JSON_COLUMNS, TIME_COLUMNS } from '../analyses/export-queries.ts';
import { formatMicroseconds } from '../analyses/trace.ts';
import { CrawlscopeError } from '../errors.ts';
import { openIngested } from '../store/open.ts';
import { copyToParquet } from '../store/parquet.ts';
import type { Store } from '../store/store.ts';
import type { CliCommand, DataOptions, Io } from './command.ts';
import { addWindowOptions, explicitWindow, type WindowOptions } from './window.ts';

type Format = 'jsonl' | 'csv' | 'parquet';
type ExportRecord = Readonly<Record<string, unknown>>;

interface ExportOptions extends DataOptions, WindowOptions {
  readonly format: Format;
  readonly out?: string;
}

/** `crawlscope export`: the records behind the analyses. */
export const exportRecords: CliCommand<ExportOptions> = {
  usage: 'export <records>',
  summary: `Write records for other tools: ${EXPORTS.join(', ')}. All of them, unless a time is asked for.`,
  example: 'crawlscope export failures --format csv --out failures.csv',
  configure(command: Command) {
    addWindowOptions(command);
    command
      .addOption(new Option('--format <format>', 'how to write them').choices(['jsonl', 'csv', 'parquet']).default('jsonl'))
      .option('--out <file>', 'write to a file instead of standard output (needed for parquet)');
  },
  async run(io, options, [name = '']) {
    if (!isExport(name))
      throw new CrawlscopeError('UNKNOWN_EXPORT', `there is no export "${name}"`, `Choose one of: ${EXPORTS.join(', ')}.`);
    const store = await openIngested(options, io);
    try {
      const bounds = boundsOf(options);
      const records = readRecords(store, exportQuery(name, store), bounds);
      if (options.format === 'parquet') await writeParquet(store, name, bounds, options.out);
      else if (options.format === 'csv') await pipeline(Readable.from(records), startCsv(name), openTarget(io, options.out));
      else await pipeline(Readable.from(records), writeLines, openTarget(io, options.out));
      return 0;
    } finally {
      await store.close();
    }
  },
};

function isExport(name: string): name is ExportName {
  return EXPORTS.some((known) => known === name);
}

function boundsOf(options: ExportOptions): { from: number; to: number } {
  const asked = options.week !== undefined || options.from !== undefined || options.to !== undefined;
  if (!asked) return { from: 0, to: Number.MAX_SAFE_INTEGER };
  const { fromUs, toUs } = explicitWindow(options);
  return { from: fromUs, to: toUs };
}

async function writeParquet(
  store: Store,
  name: ExportName,
  bounds: { from: number; to: number },
  out: string | undefined,
): Promise<void> {
  if (out === undefined)
    throw new CrawlscopeError('NO_FILE', 'parquet cannot be written to standard output', 'Name a file with --out.');
  const times = TIME_COLUMNS.filter((column) => EXPORT_COLUMNS[name].includes(column));
  await copyToParquet(store, exportQuery(name, store), bounds, { file: out, times });
}

/** A cell that a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers. */
function startCsv(name: ExportName) {
  return stringify({
    header: true,
    columns: [...EXPORT_COLUMNS[name]],
    escape_formulas: true,
    cast: {
      boolean: String,
      object: (value) => JSON.stringify(value),
      number: (value) => ({ value: String(value), escape_formulas: false }),
    },
  });
}

function openTarget(io: Io, out: string | undefined): Writable {
  if (out !== undefined) return createWriteStream(out);
  return new Writable({
    decodeStrings: false,
    write(chunk: Buffer | string, _encoding, done) {
      io.out(chunk.toString());
      done();
    },
  });
}

async function* readRecords(store: Store, sql: string, bounds: { from: number; to: number }): AsyncIterable<ExportRecord> {
  for await (const rows of store.stream<Record<string, unknown>>(sql, bounds)) {
    for (const row of rows) {
      for (const column of TIME_COLUMNS) {
        if (typeof row[column] === 'number') row[column] = formatMicroseconds(row[column]);
      }
      for (const column of JSON_COLUMNS) {
        if (typeof row[column] === 'string') row[column] = JSON.parse(row[column]);
      }
      yield row;
    }
  }
}

async function* writeLines(records: AsyncIterable<ExportRecord>): AsyncIterable<string> {
  for await (const record of records) yield `${JSON.stringify(record)}\n`;
}
