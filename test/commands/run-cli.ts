import { main } from '../../src/cli.ts';
import { REPORT_TIME } from '../fixtures/generate/planted-month.ts';

export interface Output {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line as the bin does, at the time of the report unless told otherwise, and keeps what it wrote. */
export async function runCli(args: readonly string[], place: { data: string; store: string }): Promise<Output> {
  const text = { out: '', err: '' };
  const io = {
    out: (s: string) => void (text.out += s),
    err: (s: string) => void (text.err += s),
    colors: false,
    progress: () => {},
  };
  const now = args.includes('--now') ? [] : ['--now', REPORT_TIME];
  const code = await main([...args, ...now, '--data', place.data, '--store', place.store], io);
  return { code, ...text };
}
