import { escapeTerminal } from '../report/escape.ts';
import { ingestInto, progressLine } from '../store/open.ts';
import type { IngestResult } from '../store/store.ts';
import type { CliCommand, DataOptions, Io } from './command.ts';

/** Lines of skipped stretches shown to a person; `--json` has them all. */
const SHOWN = 20;

/** Reads new telemetry into the store. */
export const ingest: CliCommand<DataOptions> = {
  usage: 'ingest',
  summary: 'Read what is new in the OTLP files into the store (the other commands do it by themselves)',
  example: 'crawlscope ingest --data .crawlscope/otlp',
  async run(io, options) {
    const result = await ingestInto({ ...options, onProgress: progressLine(io.progress) });
    io.progress('');
    if (options.json) io.out(`${JSON.stringify(result)}\n`);
    else print(io, result);
    return 0;
  },
};

function print(io: Io, result: IngestResult): void {
  const { files, bytes, spans, logs, metrics, duplicates, skipped } = result;
  io.out(`Read ${count(bytes, 'byte')} from ${count(files, 'file')}: ${count(spans, 'span')}, ${count(logs, 'log record')}, `);
  io.out(`${count(metrics, 'metric point')}; ${count(duplicates, 'duplicate')} left out.\n`);
  if (skipped.length === 0) return;
  const lost = skipped.reduce((sum, stretch) => sum + stretch.bytes, 0);
  io.out(`Skipped ${count(lost, 'byte')} in ${count(skipped.length, 'stretch', 'stretches')}:\n`);
  for (const { file, offset, reason, bytes: length } of skipped.slice(0, SHOWN)) {
    io.out(`  ${escapeTerminal(file)} at byte ${offset}: ${escapeTerminal(reason)} (${count(length, 'byte')})\n`);
  }
  if (skipped.length > SHOWN) io.out(`  and ${skipped.length - SHOWN} more: see --json\n`);
}

function count(value: number, one: string, many = `${one}s`): string {
  return `${value.toLocaleString('en-US')} ${value === 1 ? one : many}`;
}
